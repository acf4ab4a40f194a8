using PersoMesh.Contracts.Preparation;
using PersoMesh.Profiles;

namespace PersoMesh.Translator.Translation;

/// <summary>The message form of what the Security service needs to make a secret.</summary>
static class SecretSources
{
    public static SecretSource Describe(SecretParameters parameters) => parameters switch
    {
        EmvMasterKeyParameters key => new("emvMasterKey", new Dictionary<string, string> { ["master"] = key.Master, ["pan"] = key.Pan, ["sequence"] = key.Sequence }),
        PinBlockParameters pin => new("pinBlock", new Dictionary<string, string>
        {
            ["block"] = Convert.ToHexString(pin.Block),
            ["key"] = pin.Key,
            ["pan"] = pin.Pan ?? "",
            ["from"] = ((int)pin.From).ToString(),
            ["to"] = ((int)pin.To).ToString(),
        }),
        AesKeyParameters key => new("aesKey", new Dictionary<string, string> { ["master"] = key.Master, ["diversifier"] = Convert.ToHexString(key.Diversifier) }),
        WrappedParameters wrapped => new("wrapped", new Dictionary<string, string> { ["value"] = Convert.ToHexString(wrapped.Wrapped), ["key"] = wrapped.Key }),
        RandomParameters random => new("random", new Dictionary<string, string> { ["length"] = random.Length.ToString() }),
        _ => throw new InvalidOperationException($"{parameters} has no message form."),
    };
}
