using System.Globalization;
using System.Text;

namespace PersoMesh.PreparedJobs;

/// <summary>
/// A counter on the disk that gives every number once, whatever crashes. Its file has a line for each block of numbers that was reserved;
/// the last whole line is the next free number. Numbers are given only after the disk has confirmed the line.
/// </summary>
/// <remarks>
/// Thread-safe, also between processes on one machine: the file is locked while a block is reserved. A crash leaves out what was reserved
/// and not yet given, up to <see cref="BlockSize"/> numbers. A file that is put back from a backup gives numbers again: never do that.
/// </remarks>
public sealed class CounterFile : IDisposable
{
    /// <summary>Numbers that are reserved at once: what a crash may leave out.</summary>
    public const int BlockSize = 100;

    const int LongestLine = 20;
    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    readonly Lock _gate = new();
    readonly string _path;
    long _next;
    long _end;

    /// <summary>Opens a counter.</summary>
    /// <param name="path">
    /// The file; the issuer makes it with the first number and a line end in it. It is not made here: a path that is misspelled would begin
    /// at the first number again.
    /// </param>
    /// <exception cref="PreparedJobException">There is no such file, or it does not end with a number.</exception>
    public CounterFile(string path)
    {
        _path = path;
        using var file = Open();
        Read(file);
    }

    /// <summary>Takes the next number. Nobody gets it again.</summary>
    /// <exception cref="PreparedJobException">The file cannot be read or written any more, or there is no greater number.</exception>
    public long Take()
    {
        lock (_gate)
        {
            if (_next == _end)
                Reserve();
            return _next++;
        }
    }

    /// <summary>Gives back what was reserved and not taken, unless another process has reserved numbers since.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_next == _end)
                return;
            using var file = Open();
            if (Read(file) == _end)
                Append(file, _next);
            _next = _end;
        }
    }

    void Reserve()
    {
        using var file = Open();
        var next = Read(file);
        if (next > long.MaxValue - BlockSize)
            throw new PreparedJobException(_path, "the counter has no greater number.");
        Append(file, next + BlockSize);
        (_next, _end) = (next, next + BlockSize);
    }

    // On Unix the share mode is an advisory lock (flock), which ends with its process.
    FileStream Open()
    {
        if (!File.Exists(_path))
            throw new PreparedJobException(_path, "there is no such counter; make it with its first number: echo 1 > FILE.");
        for (var waited = TimeSpan.Zero; ; waited += Pause)
        {
            try
            {
                return new FileStream(_path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (waited < LongestWait)
            {
                Thread.Sleep(Pause);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new PreparedJobException(_path, $"the counter cannot be opened: {e.Message}", e);
            }
        }
    }

    // A last line without its end is what a crash left of a reservation of which nobody had a number: it goes.
    long Read(FileStream file)
    {
        Span<byte> tail = stackalloc byte[2 * LongestLine + 2];
        file.Position = Math.Max(0, file.Length - tail.Length);
        var read = tail[..file.ReadAtLeast(tail, tail.Length, throwOnEndOfStream: false)];
        var end = read.LastIndexOf((byte)'\n');
        if (end >= 0)
        {
            file.SetLength(file.Length - (read.Length - end - 1));
            var line = read[..end];
            var number = Encoding.ASCII.GetString(line[(line.LastIndexOf((byte)'\n') + 1)..]).TrimEnd('\r');
            if (long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var next))
                return next;
        }

        throw new PreparedJobException(_path, "the counter's last line is no number with a line end.");
    }

    static void Append(FileStream file, long number)
    {
        file.Seek(0, SeekOrigin.End);
        file.Write(Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture) + "\n"));
        file.Flush(flushToDisk: true);
    }
}
