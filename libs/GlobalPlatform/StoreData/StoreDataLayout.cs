using PersoMesh.SmartCard.DataGrouping;

namespace PersoMesh.GlobalPlatform;

/// <summary>What a layout must know of a DGI; not its value, which may not be known yet.</summary>
/// <param name="ValueLength">Length of the value in bytes, as it will be sent (encrypted values padded).</param>
/// <param name="Encryption">How the value is encrypted for the application.</param>
public readonly record struct DataGroupingShape(int ValueLength, StoreDataEncryption Encryption);

/// <summary>A piece of an encoded DGI (identifier, length, value) in a command.</summary>
/// <param name="Grouping">Index of the DGI in the list that was laid out.</param>
/// <param name="Offset">Where the piece begins, in bytes from the first of the identifier.</param>
/// <param name="Length">Length of the piece in bytes.</param>
public readonly record struct StoreDataPiece(int Grouping, int Offset, int Length);

/// <summary>One STORE DATA command of a layout.</summary>
/// <param name="P1">Parameter 1.</param>
/// <param name="P2">Parameter 2, the block number.</param>
/// <param name="Pieces">What its data is made of, in order.</param>
public sealed record StoreDataBlock(byte P1, byte P2, IReadOnlyList<StoreDataPiece> Pieces);

/// <summary>
/// Distributes DGIs over STORE DATA commands (GPC 2.3.1 §11.11.2.3, EMV CPS): in their order; several in one command when they fit and are
/// encrypted alike; a DGI that is longer than a command has one for itself, is cut at the limit and goes on in the next commands without a
/// header.
/// </summary>
public static class StoreDataLayout
{
    const byte LastBlock = 0x80;
    const byte Case4 = 0x01;

    /// <summary>Lays DGIs out.</summary>
    /// <param name="groupings">The DGIs in sending order, at least one.</param>
    /// <param name="options">What the application wants.</param>
    /// <exception cref="ArgumentException">No DGI, one too long to be encoded, or a command length that leaves no room.</exception>
    public static IReadOnlyList<StoreDataBlock> Plan(IReadOnlyList<DataGroupingShape> groupings, StoreDataOptions options)
    {
        ArgumentNullException.ThrowIfNull(groupings);
        ArgumentNullException.ThrowIfNull(options);
        if (options.MaxData is < 6 or > 255)
            throw new ArgumentException($"A command takes 6 to 255 bytes of data, not {options.MaxData}.", nameof(options));
        if (groupings.Count == 0)
            throw new ArgumentException("At least one DGI is needed.", nameof(groupings));

        var blocks = new List<(StoreDataEncryption Encryption, List<StoreDataPiece> Pieces)>();
        var room = 0;
        for (var i = 0; i < groupings.Count; i++)
        {
            var (valueLength, encryption) = groupings[i];
            if (valueLength is < 0 or > Dgi.MaxValueLength)
                throw new ArgumentException($"DGI {i} of the list has {valueLength} bytes; 65,534 can be coded.", nameof(groupings));
            var length = Dgi.HeaderLength(valueLength) + valueLength;
            if (options.GroupDataGroupings && length <= room && blocks[^1].Encryption == encryption)
            {
                blocks[^1].Pieces.Add(new StoreDataPiece(i, 0, length));
                room -= length;
                continue;
            }

            for (var offset = 0; offset < length; offset += options.MaxData)
                blocks.Add((encryption, [new StoreDataPiece(i, offset, Math.Min(options.MaxData, length - offset))]));
            room = length < options.MaxData ? options.MaxData - length : 0;
        }

        return [.. blocks.Select((block, i) => new StoreDataBlock(
            P1(options, block.Encryption, i == blocks.Count - 1), (byte)(options.FirstBlockNumber + i), block.Pieces))];
    }

    internal static byte P1(StoreDataOptions options, StoreDataEncryption encryption, bool isLast) => (byte)(
        (int)options.Format
        | (int)encryption
        | (options.ExpectsResponse ? Case4 : 0)
        | (isLast && options.EndsWithLast ? LastBlock : 0));
}
