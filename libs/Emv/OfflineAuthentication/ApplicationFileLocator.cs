using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using PersoMesh.SmartCard;

namespace PersoMesh.Emv;

/// <summary>A record of the card's application: short file identifier and record number.</summary>
/// <param name="Sfi">Short file identifier, 1 to 30.</param>
/// <param name="Number">Record number, from 1.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct RecordId(byte Sfi, byte Number)
{
    /// <summary>As in <c>SFI 1 record 2</c>.</summary>
    public override string ToString() => $"SFI {Sfi} record {Number}";
}

/// <summary>One entry of an AFL: the records of one file.</summary>
/// <param name="Sfi">Short file identifier, 1 to 30.</param>
/// <param name="FirstRecord">The first record to read, from 1.</param>
/// <param name="LastRecord">The last record to read.</param>
/// <param name="AuthenticatedRecords">How many of them, from the first on, are static data to be authenticated.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct AflEntry(byte Sfi, byte FirstRecord, byte LastRecord, byte AuthenticatedRecords);

/// <summary>
/// The application file locator, tag 94: which records a terminal reads, and which it authenticates (EMV 4.3 Book 3 §10.2). Immutable.
/// </summary>
public sealed class ApplicationFileLocator
{
    internal const string Structure = "AFL";

    /// <summary>Creates a locator.</summary>
    /// <param name="entries">The entries in the order in which a terminal processes them.</param>
    /// <exception cref="ArgumentException">An entry breaks a rule of Book 3 §10.2.</exception>
    public ApplicationFileLocator(IReadOnlyList<AflEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        for (var i = 0; i < entries.Count; i++)
        {
            if (Objection(entries[i]) is { } objection)
                throw new ArgumentException($"Entry {i + 1} of the AFL: {objection}.", nameof(entries));
        }

        Entries = [.. entries];
    }

    /// <summary>The entries in order.</summary>
    public IReadOnlyList<AflEntry> Entries { get; }

    /// <summary>All records in the order in which a terminal reads them.</summary>
    public IEnumerable<RecordId> Records =>
        Entries.SelectMany(
            e => Enumerable.Range(e.FirstRecord, e.LastRecord - e.FirstRecord + 1).Select(n => new RecordId(e.Sfi, (byte)n)));

    /// <summary>The records that are static data to be authenticated, in the order in which they are concatenated (Book 3 §10.3).</summary>
    public IEnumerable<RecordId> AuthenticatedRecords =>
        Entries.SelectMany(e => Enumerable.Range(e.FirstRecord, e.AuthenticatedRecords).Select(n => new RecordId(e.Sfi, (byte)n)));

    /// <summary>Parses the value of tag 94.</summary>
    /// <param name="value">A multiple of 4 bytes.</param>
    /// <param name="locator">The locator.</param>
    /// <returns>False when the value is malformed.</returns>
    public static bool TryParse(ReadOnlySpan<byte> value, [NotNullWhen(true)] out ApplicationFileLocator? locator) =>
        Read(value, out locator) is null;

    /// <summary>Parses the value of tag 94.</summary>
    /// <param name="value">A multiple of 4 bytes.</param>
    /// <exception cref="CardDataException">The value is malformed.</exception>
    public static ApplicationFileLocator Parse(ReadOnlySpan<byte> value) =>
        Read(value, out var locator) is { } error ? throw error.ToException() : locator!;

    /// <summary>The value of tag 94.</summary>
    public byte[] ToArray() =>
        [.. Entries.SelectMany(e => new[] { (byte)(e.Sfi << 3), e.FirstRecord, e.LastRecord, e.AuthenticatedRecords })];

    static CardDataError? Read(ReadOnlySpan<byte> value, out ApplicationFileLocator? locator)
    {
        locator = null;
        if (value.Length % 4 != 0)
            return new(Structure, value.Length, "is not a multiple of 4 bytes");
        var entries = new AflEntry[value.Length / 4];
        for (var i = 0; i < entries.Length; i++)
        {
            var bytes = value.Slice(4 * i, 4);
            entries[i] = new((byte)(bytes[0] >> 3), bytes[1], bytes[2], bytes[3]);
            if (((bytes[0] & 0x07) != 0 ? "has its three least significant bits set" : Objection(entries[i])) is { } objection)
                return new(Structure, 4 * i, objection);
        }

        locator = new ApplicationFileLocator(entries);
        return null;
    }

    static string? Objection(AflEntry entry)
    {
        if (entry.Sfi is < 1 or > 30)
            return "the SFI is not 1 to 30";
        if (entry.FirstRecord == 0)
            return "the first record number is 0";
        if (entry.LastRecord < entry.FirstRecord)
            return "the last record number is below the first";
        return entry.AuthenticatedRecords > entry.LastRecord - entry.FirstRecord + 1 ? "more records are authenticated than read" : null;
    }
}
