using PersoMesh.SmartCard;
using PersoMesh.SmartCard.Tlv;

namespace PersoMesh.GlobalPlatform;

/// <summary>A signature over the hash of a load file data block, verified by a security domain (GPC 2.3.1 §C.3).</summary>
/// <param name="SecurityDomainAid">AID of the security domain that verifies it.</param>
/// <param name="Signature">The signature.</param>
public sealed record DapBlock(ReadOnlyMemory<byte> SecurityDomainAid, ReadOnlyMemory<byte> Signature);

/// <summary>The LOAD command (GPC 2.3.1 §11.6).</summary>
public static class Load
{
    const int MaxBlocks = 256;

    /// <summary>Builds the load file: DAP blocks (E2), then the load file data block (C4).</summary>
    /// <param name="loadFileDataBlock">From <see cref="CapFile.LoadFileDataBlock"/>.</param>
    /// <param name="dapBlocks">The DAP blocks in order; none as a rule.</param>
    /// <returns>A new buffer, the caller's.</returns>
    /// <exception cref="ArgumentException">An AID has not 5 to 16 bytes.</exception>
    public static byte[] File(ReadOnlySpan<byte> loadFileDataBlock, params IEnumerable<DapBlock> dapBlocks)
    {
        ArgumentNullException.ThrowIfNull(dapBlocks);
        using var file = new TlvWriter(loadFileDataBlock.Length + 16);
        foreach (var dap in dapBlocks)
            file.Begin(0xE2).Write(0x4F, Aid.Require(dap.SecurityDomainAid.Span, nameof(dapBlocks))).Write(0xC3, dap.Signature.Span).End();
        return file.Write(0xC4, loadFileDataBlock).ToArray();
    }

    /// <summary>Cuts a load file into commands.</summary>
    /// <param name="loadFile">From <see cref="File"/>; not copied.</param>
    /// <param name="blockLength">
    /// Bytes per command, 1 to 255: <see cref="SecureChannel.MaxPlainData"/>, or less when the card wants less.
    /// </param>
    /// <exception cref="ArgumentException">More than 256 blocks would be needed: the block number has one byte.</exception>
    public static IReadOnlyList<CommandApdu> Commands(ReadOnlyMemory<byte> loadFile, int blockLength)
    {
        if (blockLength is < 1 or > 255)
            throw new ArgumentOutOfRangeException(nameof(blockLength), blockLength, "1 to 255 bytes.");
        var count = (loadFile.Length + blockLength - 1) / blockLength;
        if (count is 0 or > MaxBlocks)
        {
            throw new ArgumentException(
                $"A load file of {loadFile.Length} bytes does not go into 1 to {MaxBlocks} blocks of {blockLength}.", nameof(loadFile));
        }

        return
        [
            .. Enumerable.Range(0, count).Select(i => new CommandApdu(
                0x80, 0xE8, (byte)(i == count - 1 ? 0x80 : 0x00), (byte)i,
                loadFile.Slice(i * blockLength, Math.Min(blockLength, loadFile.Length - (i * blockLength))), 256)),
        ];
    }
}
