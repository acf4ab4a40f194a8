using System.Globalization;
using System.Security.Cryptography;
using PersoMesh.Keys;

namespace PersoMesh.PreparedJobs;

/// <summary>
/// RSA key pairs that wait in a folder for their cards, wrapped under an AES key of the security module. A key pair is taken once: a file is
/// emptied, and the disk has confirmed it, before anybody gets a key pair of it. What a crash leaves between the two is lost, never used twice.
/// </summary>
/// <param name="folder">The folder; on a local disk. A copy that is put back would bring back used key pairs: never restore it.</param>
/// <remarks>Thread-safe, also between processes: a file is open to one of them.</remarks>
public sealed class KeyPairStore(string folder)
{
    /// <summary>Label of the AES key that wraps the key pairs (<c>perso keys generate PERSOMESH-POOL --kind pool</c>).</summary>
    public const string KeyLabel = "PERSOMESH-POOL";

    /// <summary>How many key pairs are best stored together: so many a crash may cost.</summary>
    public const int SegmentSize = 16;

    const string Extension = ".keys";

    /// <summary>Stores key pairs in a new file.</summary>
    /// <param name="session">A session with the module that has the key <see cref="KeyLabel"/>.</param>
    /// <param name="size">The size of all of them.</param>
    /// <param name="pairs">Zeroed once they are on the disk.</param>
    /// <exception cref="SecurityModuleException">The pool's key is missing, or the token refused.</exception>
    public void Add(ISecuritySession session, KeyPairSize size, IReadOnlyList<RSAParameters> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        if (pairs.Count == 0)
            return;
        var id = RandomNumberGenerator.GetBytes(KeyPairSegment.IdLength);
        using var keys = new TransportKeys(session, KeyLabel, id);
        var head = KeyPairSegment.Head(id, size);
        var entries = pairs.Select((pair, place) => KeyPairSegment.Seal(keys, head, place, pair)).ToArray();
        Directory.CreateDirectory(folder);
        using (var file = new FileStream(PathOf(size, id), NewFile()))
        {
            file.Write(head);
            foreach (var entry in entries)
                file.Write(entry);
            file.Flush(flushToDisk: true);
        }

        foreach (var pair in pairs)
            Zero(pair);
    }

    /// <summary>Takes the key pairs of one file. From here on nobody else gets them, whatever happens.</summary>
    /// <param name="session">A session with the module that has the key <see cref="KeyLabel"/>.</param>
    /// <param name="size">The size wanted.</param>
    /// <returns>The key pairs, without private exponent; the caller zeroes them. None when the pool has none of this size.</returns>
    /// <exception cref="PreparedJobException">A file was changed, or is another token's; it stays as it is.</exception>
    /// <exception cref="SecurityModuleException">The pool's key is missing, or the token refused.</exception>
    public IReadOnlyList<RSAParameters> Take(ISecuritySession session, KeyPairSize size)
    {
        foreach (var path in Files(size))
        {
            if (Take(session, size, path) is { Count: > 0 } pairs)
                return pairs;
        }

        return [];
    }

    /// <summary>How many key pairs there are of each size.</summary>
    public IReadOnlyDictionary<KeyPairSize, int> Count()
    {
        Dictionary<KeyPairSize, int> counts = [];
        foreach (var path in Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "rsa-*" + Extension) : [])
        {
            var file = new FileInfo(path);
            if (SizeOf(file.Name) is { } size && file is { Exists: true, Length: > KeyPairSegment.HeadLength })
                counts[size] = counts.GetValueOrDefault(size) + (int)((file.Length - KeyPairSegment.HeadLength) / KeyPairSegment.EntryLength(size));
        }

        return counts;
    }

    /// <summary>Zeroes a key pair's private parts.</summary>
    public static void Zero(RSAParameters pair)
    {
        foreach (var part in new[] { pair.D, pair.P, pair.Q, pair.DP, pair.DQ, pair.InverseQ })
            CryptographicOperations.ZeroMemory(part);
    }

    static List<RSAParameters>? Take(ISecuritySession session, KeyPairSize size, string path)
    {
        using var file = TryLock(path);
        if (file is null)
            return null;
        var content = new byte[file.Length];
        file.ReadExactly(content);
        var pairs = content.Length > KeyPairSegment.HeadLength ? Open(session, size, path, content) : [];
        try
        {
            // Durable before use.
            file.SetLength(0);
            file.Flush(flushToDisk: true);
            File.Delete(path);
            return pairs;
        }
        catch
        {
            pairs.ForEach(Zero);
            throw;
        }
    }

    static List<RSAParameters> Open(ISecuritySession session, KeyPairSize size, string path, byte[] content)
    {
        var head = content.AsSpan(0, KeyPairSegment.HeadLength);
        // The name is the identifier: a copy under another name is no second file.
        var id = Convert.FromHexString(Path.GetFileNameWithoutExtension(path)[^(2 * KeyPairSegment.IdLength)..]);
        if (!head.SequenceEqual(KeyPairSegment.Head(id, size)))
            throw new PreparedJobException(path, "is no file of key pairs, or was renamed: move it out of the pool.");
        using var keys = new TransportKeys(session, KeyLabel, id);
        List<RSAParameters> pairs = [];
        var length = KeyPairSegment.EntryLength(size);
        // An entry that a crash cut while it was written is nobody's.
        for (var at = head.Length; at + length <= content.Length; at += length)
        {
            if (KeyPairSegment.Open(keys, head, pairs.Count, size, content.AsSpan(at, length)) is not { } pair)
            {
                pairs.ForEach(Zero);
                throw new PreparedJobException(path, "was changed, or wrapped under the pool key of another token: move it out of the pool.");
            }

            pairs.Add(pair);
        }

        return pairs;
    }

    IEnumerable<string> Files(KeyPairSize size) => Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder, $"{size}-*{Extension}").Where(path => SizeOf(Path.GetFileName(path)) == size)
        : [];

    string PathOf(KeyPairSize size, byte[] id) => Path.Combine(folder, $"{size}-{Convert.ToHexStringLower(id)}{Extension}");

    // Another process, or another thread, has it: then it is theirs.
    static FileStream? TryLock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    static FileStreamOptions NewFile()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }

    static KeyPairSize? SizeOf(string name) => name.Split('-', '.') is ["rsa", var bits, var exponent, { Length: 2 * KeyPairSegment.IdLength } id, _]
        && int.TryParse(bits, NumberStyles.None, CultureInfo.InvariantCulture, out var b)
        && int.TryParse(exponent, NumberStyles.None, CultureInfo.InvariantCulture, out var e)
        && b is > 0 and <= ushort.MaxValue && b % 16 == 0 && e is (3 or 65537) && id.All(char.IsAsciiHexDigit)
            ? new KeyPairSize(b, e)
            : null;
}
