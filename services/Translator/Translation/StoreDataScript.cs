using PersoMesh.Contracts.Preparation;
using PersoMesh.GlobalPlatform;
using PersoMesh.Profiles;
using PersoMesh.SmartCard.DataGrouping;

namespace PersoMesh.Translator.Translation;

/// <summary>An encoded data grouping: its clear bytes (all of it, or only identifier and length) and the secret that follows them.</summary>
sealed record ScriptGrouping(byte[] Clear, int SecretIndex, int SecretLength, StoreDataEncryption Encryption)
{
    // The layout adds the header itself: it asks for the value's length.
    public DataGroupingShape Shape => new(SecretIndex >= 0 ? SecretLength : Clear.Length - (Clear[2] == 0xFF ? 5 : 3), Encryption);

    public static ScriptGrouping Open(DgiId dgi, ReadOnlyMemory<byte> value) =>
        new(new Dgi(dgi.Value, value).ToArray(), SecretIndex: -1, SecretLength: 0, StoreDataEncryption.None);

    /// <summary>A secret that was enciphered at the issuer under a key that the application knows: sent as it is.</summary>
    public static ScriptGrouping ForApplication(DgiId dgi, ReadOnlyMemory<byte> value) =>
        Open(dgi, value) with { Encryption = StoreDataEncryption.ApplicationDependent };

    /// <param name="dgi">Identifier.</param>
    /// <param name="index">The secret's place in the script.</param>
    /// <param name="length">Bytes as the card gets them.</param>
    /// <param name="isEncrypted">True when they go under the session's data encryption key.</param>
    public static ScriptGrouping Secret(DgiId dgi, int index, int length, bool isEncrypted)
    {
        var header = new Dgi(dgi.Value, new byte[length]).ToArray().AsSpan(0, Dgi.HeaderLength(length)).ToArray();
        return new ScriptGrouping(header, index, length, isEncrypted ? StoreDataEncryption.All : StoreDataEncryption.None);
    }
}

/// <summary>Cuts data groupings into STORE DATA commands.</summary>
static class StoreDataScript
{
    static readonly ushort[] Success = [0x9000];

    public static IEnumerable<ScriptCommand> Build(IReadOnlyList<ScriptGrouping> groupings, int maxData)
    {
        var plan = StoreDataLayout.Plan([.. groupings.Select(grouping => grouping.Shape)], new StoreDataOptions { MaxData = maxData });
        return plan.Select(block => new ScriptCommand(
            0x80, 0xE2, block.P1, block.P2, [.. block.Pieces.SelectMany(piece => Cut(groupings[piece.Grouping], piece))], Success, Ne: null));
    }

    static IEnumerable<ScriptData> Cut(ScriptGrouping grouping, StoreDataPiece piece)
    {
        var (start, end) = (piece.Offset, piece.Offset + piece.Length);
        if (start < grouping.Clear.Length)
            yield return new ScriptData(grouping.Clear[start..Math.Min(end, grouping.Clear.Length)]);
        var from = Math.Max(0, start - grouping.Clear.Length);
        var to = end - grouping.Clear.Length;
        if (grouping.SecretIndex >= 0 && to > from)
            yield return new ScriptData(null, grouping.SecretIndex, from, to - from, grouping.Encryption == StoreDataEncryption.All);
    }
}
