using PersoMesh.Contracts.Preparation;
using PersoMesh.GlobalPlatform;
using PersoMesh.Profiles;
using PersoMesh.SmartCard.DataGrouping;

namespace PersoMesh.Translator.Translation;

/// <summary>Turns an application's data groupings into STORE DATA commands with places for what only Security can compute.</summary>
sealed class StoreDataBuilder(CardApplication application, IReadOnlyDictionary<string, string> fields, List<SecretDescription> secrets, int maxData, int blockLength)
{
    const int CheckValueLength = 3;

    static readonly ushort[] Success = [0x9000];

    readonly List<Grouping> _groupings = [];

    /// <exception cref="RenderException">A field does not fit its place.</exception>
    public IEnumerable<ScriptCommand> Build()
    {
        foreach (var grouping in application.Data)
            _groupings.Add(Read(grouping));
        var plan = StoreDataLayout.Plan([.. _groupings.Select(grouping => grouping.Shape)], new StoreDataOptions { MaxData = maxData });
        return plan.Select(block => new ScriptCommand(0x80, 0xE2, block.P1, block.P2, [.. block.Pieces.SelectMany(Cut)], Success, Ne: null));
    }

    Grouping Read(DataGrouping grouping)
    {
        switch (grouping)
        {
            case ClearGrouping clear:
                return new Grouping(new Dgi(clear.Dgi.Value, clear.Render(fields)).ToArray(), Secret: -1, SecretLength: 0, IsEncrypted: false);
            case SecretGrouping secret:
                // EMV CPS: a value under the DEK is whole blocks.
                var length = (secret.Length + blockLength - 1) / blockLength * blockLength;
                return Add(secret.Dgi, length, isEncrypted: true, new SecretDescription(NameOf(secret.Dgi), [.. secret.Resolve(fields).Select(SecretSources.Describe)]));
            case CheckValuesGrouping checkValues:
                var of = (SecretGrouping)application.Data.First(other => other.Dgi == checkValues.Of);
                var keys = of.Resolve(fields).Where((_, index) => of.Parts[index].IsKey).Select(SecretSources.Describe).ToArray();
                return Add(checkValues.Dgi, keys.Length * CheckValueLength, isEncrypted: false, new SecretDescription(NameOf(checkValues.Dgi), keys, IsCheckValues: true));
            default:
                throw new InvalidOperationException($"Data grouping {grouping.Dgi} is of a kind that has no command.");
        }
    }

    Grouping Add(DgiId dgi, int length, bool isEncrypted, SecretDescription description)
    {
        secrets.Add(description);
        var header = new Dgi(dgi.Value, new byte[length]).ToArray().AsSpan(0, Dgi.HeaderLength(length)).ToArray();
        return new Grouping(header, secrets.Count - 1, length, isEncrypted);
    }

    IEnumerable<ScriptData> Cut(StoreDataPiece piece)
    {
        var grouping = _groupings[piece.Grouping];
        var (start, end) = (piece.Offset, piece.Offset + piece.Length);
        if (start < grouping.Clear.Length)
            yield return new ScriptData(grouping.Clear[start..Math.Min(end, grouping.Clear.Length)]);
        var from = Math.Max(0, start - grouping.Clear.Length);
        var to = end - grouping.Clear.Length;
        if (grouping.Secret >= 0 && to > from)
            yield return new ScriptData(null, grouping.Secret, from, to - from, grouping.IsEncrypted);
    }

    string NameOf(DgiId dgi) => $"{application.Name}/{dgi}";

    /// <summary>An encoded grouping: its clear bytes (all of it, or only identifier and length) and the secret that follows them.</summary>
    sealed record Grouping(byte[] Clear, int Secret, int SecretLength, bool IsEncrypted)
    {
        // The layout adds the header itself: it asks for the value's length.
        public DataGroupingShape Shape => new(Secret >= 0 ? SecretLength : Clear.Length - (Clear[2] == 0xFF ? 5 : 3), IsEncrypted);
    }
}
