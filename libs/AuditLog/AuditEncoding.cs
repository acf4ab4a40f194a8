using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace PersoMesh.AuditLog;

/// <summary>
/// The canonical form of an entry: one line of JSON in UTF-8, members in a fixed order, no white space. The last member is the hash of
/// the line before it, so a line can be checked without knowing how to write it: <c>head -c -76 | sha256sum</c>.
/// </summary>
static class AuditEncoding
{
    public const int HashLength = 32;

    const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'";

    static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // ,"hash":"64 digits"}
    static readonly int TailLength = ",\"hash\":\"\"}".Length + 2 * HashLength;

    /// <summary>Writes an entry without the line end.</summary>
    public static (AuditEntry Entry, byte[] Line) Encode(
        long number, DateTimeOffset time, AuditRecord record, ReadOnlyMemory<byte> previous)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, Compact))
        {
            json.WriteStartObject();
            json.WriteNumber("n", number);
            json.WriteString("time", time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture));
            json.WriteString("actor", record.Actor);
            json.WriteString("action", record.Action);
            json.WriteString("subject", record.Subject);
            json.WriteStartObject("details");
            foreach (var (name, value) in record.Details.OrderBy(detail => detail.Key, StringComparer.Ordinal))
                json.WriteString(name, value);
            json.WriteEndObject();
            json.WriteString("prev", Convert.ToHexStringLower(previous.Span));
            json.Flush();
            var hash = SHA256.HashData(buffer.WrittenSpan);
            json.WriteString("hash", Convert.ToHexStringLower(hash));
            json.WriteEndObject();
            json.Flush();
            return (new AuditEntry(number, time, record, previous, hash), buffer.WrittenSpan.ToArray());
        }
    }

    /// <summary>Reads a line.</summary>
    /// <param name="line">Without its line end.</param>
    /// <param name="computed">The hash that the line has; the entry's own says which one it should have.</param>
    /// <returns>Null when it is no entry.</returns>
    public static AuditEntry? Decode(ReadOnlyMemory<byte> line, out byte[] computed)
    {
        computed = line.Length > TailLength ? SHA256.HashData(line.Span[..^TailLength]) : [];
        if (computed.Length == 0)
            return null;
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            var record = new AuditRecord(Text(root, "actor"), Text(root, "action"), Text(root, "subject"))
            {
                Details = root.GetProperty("details").EnumerateObject()
                    .ToDictionary(detail => detail.Name, detail => detail.Value.GetString() ?? "", StringComparer.Ordinal),
            };
            var time = DateTimeOffset.ParseExact(
                Text(root, "time"), TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
            var entry = new AuditEntry(root.GetProperty("n").GetInt64(), time, record, Hash(root, "prev"), Hash(root, "hash"));
            return entry.Previous.Length == HashLength && entry.Hash.Length == HashLength ? entry : null;
        }
        catch (Exception e)
            when (e is JsonException or KeyNotFoundException or FormatException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    static string Text(JsonElement root, string name) => root.GetProperty(name).GetString() ?? "";

    // The hash at a line's end is covered by no other: it has one spelling.
    static byte[] Hash(JsonElement root, string name)
    {
        var hash = Convert.FromHexString(Text(root, name));
        return Text(root, name) == Convert.ToHexStringLower(hash) ? hash : throw new FormatException();
    }
}
