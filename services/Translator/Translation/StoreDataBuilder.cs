using PersoMesh.Contracts.Preparation;
using PersoMesh.Profiles;

namespace PersoMesh.Translator.Translation;

/// <summary>Turns an application's data groupings into STORE DATA commands with places for what only Security can compute.</summary>
sealed class StoreDataBuilder(CardApplication application, IReadOnlyDictionary<string, string> fields, List<SecretDescription> secrets, int maxData, int blockLength)
{
    const int CheckValueLength = 3;

    /// <exception cref="RenderException">A field does not fit its place.</exception>
    public IEnumerable<ScriptCommand> Build() => StoreDataScript.Build([.. application.Data.Select(Read)], maxData);

    ScriptGrouping Read(DataGrouping grouping)
    {
        switch (grouping)
        {
            case ClearGrouping clear:
                return ScriptGrouping.Open(clear.Dgi, clear.Render(fields));
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

    ScriptGrouping Add(DgiId dgi, int length, bool isEncrypted, SecretDescription description)
    {
        secrets.Add(description);
        return ScriptGrouping.Secret(dgi, secrets.Count - 1, length, isEncrypted);
    }

    string NameOf(DgiId dgi) => $"{application.Name}/{dgi}";
}
