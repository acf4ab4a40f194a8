using PersoMesh.SmartCard;
using PersoMesh.SmartCard.DataGrouping;

namespace PersoMesh.GlobalPlatform;

/// <summary>A DGI for STORE DATA.</summary>
/// <param name="Grouping">The DGI, its value as it is to be sent.</param>
/// <param name="IsEncrypted">True when the value was encrypted by <see cref="SecureChannel.EncryptSensitiveData"/>.</param>
public sealed record DataGroupingToStore(Dgi Grouping, bool IsEncrypted = false);

/// <summary>The STORE DATA command (GPC 2.3.1 §11.11, EMV CPS).</summary>
public static class StoreData
{
    const byte Instruction = 0xE2;

    /// <summary>Builds the commands that carry DGIs, laid out by <see cref="StoreDataLayout"/>.</summary>
    /// <param name="groupings">The DGIs in sending order, at least one.</param>
    /// <param name="options">What the application wants.</param>
    /// <exception cref="ArgumentException">As from <see cref="StoreDataLayout.Plan"/>.</exception>
    public static IReadOnlyList<CommandApdu> Commands(IReadOnlyList<DataGroupingToStore> groupings, StoreDataOptions options)
    {
        ArgumentNullException.ThrowIfNull(groupings);
        ArgumentNullException.ThrowIfNull(options);
        var plan = StoreDataLayout.Plan([.. groupings.Select(g => new DataGroupingShape(
            g.Grouping.Value.Length, g.IsEncrypted ? StoreDataEncryption.All : StoreDataEncryption.None))], options);
        var encoded = groupings.Select(g => g.Grouping.ToArray()).ToList();
        return [.. plan.Select(block => Command(block.P1, block.P2, Assemble(block), options.ExpectsResponse))];

        byte[] Assemble(StoreDataBlock block) => [.. block.Pieces.SelectMany(p => encoded[p.Grouping][p.Offset..(p.Offset + p.Length)])];
    }

    /// <summary>
    /// Builds the commands that carry data of another structure, such as BER-TLV for a security domain, cut at the limit.
    /// </summary>
    /// <param name="data">The data, at least one byte; not copied.</param>
    /// <param name="options">What the application wants; the format says what the data is.</param>
    /// <exception cref="ArgumentException">No data, or a command length that leaves no room.</exception>
    public static IReadOnlyList<CommandApdu> Commands(ReadOnlyMemory<byte> data, StoreDataOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.MaxData is < 6 or > 255)
            throw new ArgumentException($"A command takes 6 to 255 bytes of data, not {options.MaxData}.", nameof(options));
        if (data.IsEmpty)
            throw new ArgumentException("At least one byte is needed.", nameof(data));
        var count = (data.Length + options.MaxData - 1) / options.MaxData;
        return
        [
            .. Enumerable.Range(0, count).Select(i => Command(
                StoreDataLayout.P1(options, StoreDataEncryption.None, i == count - 1),
                (byte)(options.FirstBlockNumber + i),
                data.Slice(i * options.MaxData, Math.Min(options.MaxData, data.Length - (i * options.MaxData))),
                options.ExpectsResponse)),
        ];
    }

    static CommandApdu Command(byte p1, byte p2, ReadOnlyMemory<byte> data, bool expectsResponse) =>
        new(0x80, Instruction, p1, p2, data, expectsResponse ? 256 : null);
}
