using System.Globalization;
using PersoMesh.Ingest.Formats;
using PersoMesh.Perso.Commands;
using PersoMesh.Profiles;

namespace PersoMesh.Perso.Preparing;

/// <summary>
/// A data source of a profile, open for one preparation: an index of keys and lines in memory, the values on the disk. The file must not
/// change meanwhile.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
sealed class SourceFile : IDisposable
{
    const int MaxLineBytes = 64 * 1024;
    const int Repeated = -1;

    readonly FileStream _file;
    readonly InputFormat _format;
    readonly byte[] _header;
    readonly List<long> _lines = [];
    readonly Dictionary<string, int> _index = new(StringComparer.Ordinal);

    SourceFile(DataSource source, string path)
    {
        Source = source;
        _format = new InputFormat(InputKind.Csv)
        {
            Delimiter = source.Format.Delimiter,
            Encoding = source.Format.Encoding.WebName,
            MaxRecordBytes = MaxLineBytes,
            LineBreaksInQuotes = false, // a record is a line: that is what the index rests on
        };
        _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        FindLines();
        _header = Line(0) is [.., (byte)'\n'] header ? header : [.. Line(0), (byte)'\n'];
    }

    /// <summary>What the profile says of it.</summary>
    public DataSource Source { get; }

    /// <summary>Opens a source and reads all its keys.</summary>
    /// <exception cref="UserErrorException">The header has other columns than the profile, or a line cannot be read; names it.</exception>
    public static async Task<SourceFile> OpenAsync(DataSource source, string path, CancellationToken cancellationToken)
    {
        var file = new SourceFile(source, path);
        try
        {
            await file.CheckHeaderAsync(path, cancellationToken);
            await file.IndexAsync(path, cancellationToken);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The values of a card's line by column, the key left out.</summary>
    /// <param name="key">The card's.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The values, or why there are none.</returns>
    public async Task<(IReadOnlyDictionary<string, string>? Values, string? Reason)> FindAsync(string key, CancellationToken cancellationToken)
    {
        if (!_index.TryGetValue(key, out var line))
            return (null, $"source '{Source.Name}' has no line for it");
        if (line == Repeated)
            return (null, $"source '{Source.Name}' has more than one line for it");
        using var record = new MemoryStream([.. _header, .. Line(line)]);
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        await foreach (var read in RecordReader.ReadAsync(record, _format, cancellationToken))
        {
            foreach (var (name, value) in read.Fields ?? new Dictionary<string, string>())
                values.Add(name, value);
        }

        return values.Remove(Source.Key, out var found) && found == key
            ? (values, null)
            : (null, $"source '{Source.Name}' was changed while it was read");
    }

    public void Dispose() => _file.Dispose();

    async Task CheckHeaderAsync(string path, CancellationToken cancellationToken)
    {
        // The header read as a record of its own names every column once.
        using var twice = new MemoryStream([.. _header, .. _header.AsSpan().StartsWith("\uFEFF"u8) ? _header.AsSpan(3) : _header]);
        HashSet<string> declared = [Source.Key, .. Source.Fields.Select(field => field.Name)];
        await foreach (var record in RecordReader.ReadAsync(twice, _format, cancellationToken))
        {
            if (record.Fault is { } fault)
                throw new UserErrorException($"{path}: {fault}.");
            if (record.Fields!.Keys.FirstOrDefault(name => !declared.Contains(name)) is { } other)
                throw new UserErrorException($"{path}: the profile declares no column '{other}' for source '{Source.Name}'; it has {string.Join(", ", declared)}.");
            if (declared.FirstOrDefault(name => !record.Fields.ContainsKey(name)) is { } missing)
                throw new UserErrorException($"{path}: there is no column '{missing}', which the profile declares for source '{Source.Name}'.");
        }
    }

    async Task IndexAsync(string path, CancellationToken cancellationToken)
    {
        _file.Position = 0;
        await foreach (var record in RecordReader.ReadAsync(_file, _format, cancellationToken))
        {
            if (record.Fault is { } fault)
                throw new UserErrorException($"{path}, line {record.LineNumber.ToString(CultureInfo.InvariantCulture)}: {fault}.");
            var key = record.Fields![Source.Key];
            if (!_index.TryAdd(key, (int)record.LineNumber - 1))
                _index[key] = Repeated;
        }
    }

    void FindLines()
    {
        var buffer = new byte[MaxLineBytes];
        _lines.Add(0);
        for (long at = 0; _file.Read(buffer) is > 0 and var count; at += count)
        {
            for (var i = 0; i < count; i++)
            {
                if (buffer[i] == (byte)'\n')
                    _lines.Add(at + i + 1);
            }
        }

        _lines.Add(_file.Length);
    }

    // With its line end; the last one may have none.
    byte[] Line(int number)
    {
        var line = new byte[_lines[number + 1] - _lines[number]];
        _file.Position = _lines[number];
        _file.ReadExactly(line);
        return line;
    }
}
