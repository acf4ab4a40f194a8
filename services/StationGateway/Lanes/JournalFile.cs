using System.Text.Json;
using PersoMesh.Hosting;

namespace PersoMesh.StationGateway.Lanes;

/// <summary>The file under a journal: one JSON object a line, appended, never changed. Held by one process.</summary>
sealed class JournalFile : IDisposable
{
    const byte NewLine = (byte)'\n';
    const long CompactAbove = 256 * 1024;

    readonly string _path;
    FileStream _stream;

    JournalFile(string path, FileStream stream) => (_path, _stream) = (path, stream);

    /// <summary>Opens or creates a journal and hands over what it holds.</summary>
    /// <exception cref="MeshConfigurationException">Another process has it, it is damaged, or it cannot be written.</exception>
    public static JournalFile Open(string path, Action<JournalEntry> replay)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var stream = Append(path);
            Replay(path, stream, replay);
            return new JournalFile(path, stream);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MeshConfigurationException($"Journal '{path}' cannot be used (does another gateway run with the same StationGateway:JournalFolder?): {e.Message}", e);
        }
    }

    /// <summary>Appends a line. It survives the death of this process; with <paramref name="durable"/> also that of the machine.</summary>
    public void Write(JournalEntry entry, bool durable)
    {
        _stream.Write([.. JsonSerializer.SerializeToUtf8Bytes(entry, JournalJson.Default.JournalEntry), NewLine]);
        if (durable)
            _stream.Flush(flushToDisk: true);
    }

    /// <summary>Begins a new file with these lines when the present one has grown long: what else came before is of no use any more.</summary>
    public void CompactTo(IEnumerable<JournalEntry> entries)
    {
        if (_stream.Length <= CompactAbove)
            return;
        var next = _path + ".new";
        File.Delete(next);
        var stream = Append(next);
        foreach (var entry in entries)
            stream.Write([.. JsonSerializer.SerializeToUtf8Bytes(entry, JournalJson.Default.JournalEntry), NewLine]);
        stream.Flush(flushToDisk: true);
        File.Move(next, _path, overwrite: true);
        _stream.Dispose();
        _stream = stream;
    }

    public void Dispose() => _stream.Dispose();

    // Unbuffered: each line is the system's when Write returns.
    static FileStream Append(string path) => new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);

    static void Replay(string path, FileStream stream, Action<JournalEntry> replay)
    {
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        var start = 0;
        for (var line = 1; content.AsSpan(start).IndexOf(NewLine) is >= 0 and var length; line++)
        {
            try
            {
                replay(JsonSerializer.Deserialize(content.AsSpan(start, length), JournalJson.Default.JournalEntry)!);
            }
            catch (JsonException e)
            {
                throw new MeshConfigurationException(
                    $"Journal '{path}' is damaged in line {line}. Move it away and set the card in that reader apart; its session stays unresolved until an operator decides.", e);
            }

            start += length + 1;
        }

        // The end of a line that was being written when the process or the machine died.
        stream.SetLength(start);
        stream.Position = start;
    }
}
