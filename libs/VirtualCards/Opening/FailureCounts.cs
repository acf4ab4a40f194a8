using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace PersoMesh.VirtualCards.Opening;

/// <summary>
/// The failed tries of each identifier, in a fixed number of slots: unknown identifiers are counted like known ones, so what is kept must not
/// depend on what somebody types. Which slot an identifier has depends on a random key. Two that share one can only wait longer.
/// </summary>
abstract class FailureCounts
{
    protected const int SlotCount = 1 << 16;
    protected const int KeyLength = 16;

    /// <summary>Changes the slot of an identifier; nobody else sees it meanwhile.</summary>
    /// <param name="identifier">As somebody typed it; upper and lower case are the same.</param>
    /// <param name="change">Receives the slot and returns it as it is to be kept.</param>
    public abstract void Change(string identifier, Func<FailureCount, FailureCount> change);

    /// <summary>The slot of an identifier.</summary>
    protected static int SlotOf(ReadOnlySpan<byte> key, string identifier)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(identifier.ToUpperInvariant()), hash);
        return BinaryPrimitives.ReadUInt16BigEndian(hash);
    }
}

/// <summary>What is kept of an identifier's failures.</summary>
/// <param name="Failures">Tries that have not succeeded.</param>
/// <param name="NextTry">When the next one may begin.</param>
readonly record struct FailureCount(int Failures, DateTimeOffset NextTry);

/// <summary>Counts that end with the process. Thread-safe.</summary>
sealed class FailureCountsInMemory : FailureCounts
{
    readonly Lock _gate = new();
    readonly byte[] _key = RandomNumberGenerator.GetBytes(KeyLength);
    readonly FailureCount[] _slots = new FailureCount[SlotCount];

    public override void Change(string identifier, Func<FailureCount, FailureCount> change)
    {
        lock (_gate)
        {
            ref var slot = ref _slots[SlotOf(_key, identifier)];
            slot = change(slot);
        }
    }
}

/// <summary>
/// Counts in a file, which the next process finds: <c>PMVF</c> ‖ version (1 byte, 01) ‖ key (16) ‖ 65,536 slots of failures (4) ‖ next try (8,
/// UTC in units of 100 ns since the year 1), integers big-endian. Several processes may use it at the same time.
/// </summary>
/// <param name="path">The file; made when there is none.</param>
sealed class FailureCountsInFile(string path) : FailureCounts
{
    const int HeaderLength = 4 + 1 + KeyLength;
    const int SlotLength = 4 + 8;
    const int MostAttempts = 1000;
    static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(5);

    static ReadOnlySpan<byte> Mark => "PMVF\u0001"u8;

    public override void Change(string identifier, Func<FailureCount, FailureCount> change)
    {
        using var file = OpenAlone();
        Span<byte> header = stackalloc byte[HeaderLength];
        if (file.Length == 0)
            Begin(file, header);
        else
            ReadHeader(file, header);
        file.Position = HeaderLength + ((long)SlotOf(header[Mark.Length..], identifier) * SlotLength);
        Span<byte> slot = stackalloc byte[SlotLength];
        file.ReadExactly(slot);
        file.Position -= SlotLength;
        var count = change(new(BinaryPrimitives.ReadInt32BigEndian(slot), Moment(BinaryPrimitives.ReadInt64BigEndian(slot[4..]))));
        BinaryPrimitives.WriteInt32BigEndian(slot, count.Failures);
        BinaryPrimitives.WriteInt64BigEndian(slot[4..], count.NextTry.UtcTicks);
        file.Write(slot);
        // Who pulls the plug must not win a try.
        file.Flush(flushToDisk: true);
    }

    static void Begin(FileStream file, Span<byte> header)
    {
        Mark.CopyTo(header);
        RandomNumberGenerator.Fill(header[Mark.Length..]);
        file.Write(header);
        file.SetLength(HeaderLength + (SlotCount * SlotLength));
    }

    void ReadHeader(FileStream file, Span<byte> header)
    {
        if (file.Length != HeaderLength + (SlotCount * SlotLength))
            throw Damaged();
        file.ReadExactly(header);
        if (!header.StartsWith(Mark))
            throw Damaged();
    }

    // Ticks that no clock shows are as good as never.
    static DateTimeOffset Moment(long ticks) => new(Math.Clamp(ticks, 0, DateTime.MaxValue.Ticks), TimeSpan.Zero);

    // Another process has it for as long as a write takes.
    FileStream OpenAlone()
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return new FileStream(path, options);
            }
            catch (IOException e) when (attempt < MostAttempts && e is not (FileNotFoundException or DirectoryNotFoundException))
            {
                Thread.Sleep(BetweenAttempts);
            }
        }
    }

    IOException Damaged() => new($"The file that counts failed openings, '{path}', is damaged: remove it.");
}
