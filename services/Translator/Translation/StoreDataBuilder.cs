using PersoMesh.Contracts.Preparation;
using PersoMesh.Profiles;

namespace PersoMesh.Translator.Translation;

/// <summary>
/// Cuts an application's data groupings into STORE DATA commands (EMV CPS; GPC 2.3.1 §11.11): clear ones share a command while they
/// fit, a long one goes on in the next command without repeating its header, a secret one has a command of its own.
/// </summary>
sealed class StoreDataBuilder(CardApplication application, IReadOnlyDictionary<string, string> fields, List<SecretDescription> secrets, int maxData, int blockLength)
{
    const byte LastBlock = 0x80;
    const byte AllEncrypted = 0x60;
    const int CheckValueLength = 3;

    static readonly ushort[] Success = [0x9000];

    readonly List<(byte P1, IReadOnlyList<ScriptData> Data)> _commands = [];
    readonly List<byte> _clear = [];

    public IEnumerable<ScriptCommand> Build()
    {
        foreach (var grouping in application.Data)
        {
            switch (grouping)
            {
                case ClearGrouping clear:
                    Append(grouping.Dgi, clear.Render(fields));
                    break;
                case SecretGrouping secret:
                    Flush();
                    AddSecret(secret);
                    break;
                case CheckValuesGrouping checkValues:
                    Flush();
                    AddCheckValues(checkValues);
                    break;
            }
        }

        Flush();
        return _commands.Select((command, index) => new ScriptCommand(0x80, 0xE2,
            (byte)(command.P1 | (index == _commands.Count - 1 ? LastBlock : 0)), (byte)index, command.Data, Success, Ne: null));
    }

    void Append(Dgi dgi, byte[] value)
    {
        if (_clear.Count + 5 + value.Length > maxData)
            Flush();
        _clear.AddRange(Header(dgi, value.Length));
        _clear.AddRange(value);
        while (_clear.Count > maxData)
        {
            _commands.Add((0, [new ScriptData([.. _clear.Take(maxData)])]));
            _clear.RemoveRange(0, maxData);
        }
    }

    void Flush()
    {
        if (_clear.Count == 0)
            return;
        _commands.Add((0, [new ScriptData([.. _clear])]));
        _clear.Clear();
    }

    void AddSecret(SecretGrouping secret)
    {
        // EMV CPS: the value under the DEK is whole blocks; a value that is not gets ISO/IEC 9797-1 padding method 2.
        var length = (secret.Length + blockLength - 1) / blockLength * blockLength;
        AddSecretCommand(AllEncrypted, secret.Dgi, length, new SecretDescription(NameOf(secret.Dgi), [.. secret.Resolve(fields).Select(Describe)]));
    }

    void AddCheckValues(CheckValuesGrouping checkValues)
    {
        var of = (SecretGrouping)application.Data.First(grouping => grouping.Dgi == checkValues.Of);
        var keys = of.Resolve(fields).Where((_, index) => of.Parts[index].IsKey).Select(Describe).ToArray();
        AddSecretCommand(0, checkValues.Dgi, keys.Length * CheckValueLength, new SecretDescription(NameOf(checkValues.Dgi), keys, IsCheckValues: true));
    }

    void AddSecretCommand(byte p1, Dgi dgi, int length, SecretDescription description)
    {
        var header = Header(dgi, length);
        if (header.Length + length > maxData)
            throw new RenderException($"DGI {dgi}", $"a secret data grouping of {length} bytes does not fit into one command of {maxData}.");
        _commands.Add((p1, [new ScriptData(header), new ScriptData(null, secrets.Count, length)]));
        secrets.Add(description);
    }

    string NameOf(Dgi dgi) => $"{application.Name}/{dgi}";

    static byte[] Header(Dgi dgi, int length) => length < 0xFF
        ? [(byte)(dgi.Value >> 8), (byte)dgi.Value, (byte)length]
        : [(byte)(dgi.Value >> 8), (byte)dgi.Value, 0xFF, (byte)(length >> 8), (byte)length];

    static SecretSource Describe(SecretParameters parameters) => parameters switch
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
        RandomParameters random => new("random", new Dictionary<string, string> { ["length"] = random.Length.ToString() }),
        _ => throw new InvalidOperationException($"{parameters} has no message form."),
    };
}
