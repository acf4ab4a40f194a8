using System.Globalization;
using System.Text;
using PersoMesh.Ingest.Jobs;

namespace PersoMesh.Ingest.Reports;

/// <summary>
/// A job's return file for the issuer: CSV (RFC 4180, UTF-8, lines end with LF), one line per record of the input. The same account always
/// gives the same bytes, so that a signature over them can be made later.
/// </summary>
public static class ReturnFile
{
    const string Header = "record,identifier,verdict,serial,station,reader,started,durationMs,apdus,attempts,field,reason\n";

    public static async Task WriteAsync(Stream output, IAsyncEnumerable<CardReport> lines, CancellationToken cancellationToken)
    {
        await using var writer = new StreamWriter(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        await writer.WriteAsync(Header);
        await foreach (var line in lines.WithCancellation(cancellationToken))
        {
            await writer.WriteAsync(string.Join(',', Columns(line).Select(Quote)));
            await writer.WriteAsync('\n');
        }
    }

    static IEnumerable<string?> Columns(CardReport line) =>
    [
        line.RecordNumber.ToString(CultureInfo.InvariantCulture),
        line.CardObjectId,
        line.State.ToString().ToLowerInvariant(),
        line.CardSerial,
        line.Station,
        line.Reader,
        line.Started?.ToString("O", CultureInfo.InvariantCulture),
        line.DurationMilliseconds?.ToString("0.0", CultureInfo.InvariantCulture),
        line.ApduCount.ToString(CultureInfo.InvariantCulture),
        line.Attempts.ToString(CultureInfo.InvariantCulture),
        line.Field,
        line.Reason,
    ];

    static string Quote(string? value) => value is null ? ""
        : value.AsSpan().ContainsAny(",\"\r\n") ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : value;
}
