using System.Security.Cryptography;
using PersoMesh.Contracts.Preparation;
using PersoMesh.Emv;
using PersoMesh.Keys;
using PersoMesh.PreparedJobs;
using PersoMesh.Profiles;
using PersoMesh.SmartCard;

namespace PersoMesh.Security.Preparation;

/// <summary>A secret cannot be computed from what the card object brings. Names the place and the reason, never a value.</summary>
public sealed class SecretRefusedException(string secret, string reason, Exception? inner = null) : Exception(reason, inner)
{
    /// <summary>Application and data grouping.</summary>
    public string Secret { get; } = secret;
}

/// <summary>Computes secret values with HSM keys. The results leave the HSM because each must go under a card's session key; they stay in this service.</summary>
static class SecretComputer
{
    const int CheckValueLength = 3;

    /// <summary>Computes a secret.</summary>
    /// <returns>Its value, not padded; the caller zeroes it.</returns>
    /// <exception cref="SecretRefusedException">A parameter does not fit.</exception>
    /// <exception cref="KeyNotFoundInModuleException">A key is missing.</exception>
    public static byte[] Compute(ISecuritySession session, SecretDescription secret)
    {
        try
        {
            var parts = secret.Parts.Select(part => secret.IsCheckValues ? CheckValue(session, part) : Part(session, part)).ToArray();
            byte[] value = [.. parts.SelectMany(part => part)];
            foreach (var part in parts)
                CryptographicOperations.ZeroMemory(part);
            return value;
        }
        catch (Exception e) when (e is CardDataException or PinBlockException)
        {
            throw new SecretRefusedException(secret.Name, e.Message, e);
        }
    }

    static byte[] Part(ISecuritySession session, SecretSource part) =>
        part.Kind == "wrapped" ? Unwrap(session, part.Parameters) : CardSecrets.Compute(session, Parameters(part.Kind, part.Parameters));

    static SecretParameters Parameters(string kind, IReadOnlyDictionary<string, string> values) => kind switch
    {
        "emvMasterKey" => new EmvMasterKeyParameters(values["master"], values["pan"], values["sequence"]),
        "pinBlock" => new PinBlockParameters(
            Convert.FromHexString(values["block"]), values["key"], values["pan"] is { Length: > 0 } pan ? pan : null,
            (PinFormat)int.Parse(values["from"]), (PinFormat)int.Parse(values["to"])),
        "aesKey" => new AesKeyParameters(values["master"], Convert.FromHexString(values["diversifier"])),
        "random" => new RandomParameters(int.Parse(values["length"])),
        _ => throw new InvalidOperationException($"Secret of unknown kind '{kind}': the Translator is newer than this Security service."),
    };

    static byte[] Unwrap(ISecuritySession session, IReadOnlyDictionary<string, string> parameters)
    {
        using var key = session.GetKey(parameters["key"]);
        return AesKeyWrap.Unwrap(key, Convert.FromHexString(parameters["value"]))
            ?? throw new CardDataException("wrapped secret", 0, $"it was not wrapped under {parameters["key"]}, or it was changed");
    }

    static byte[] CheckValue(ISecuritySession session, SecretSource part)
    {
        var value = Part(session, part);
        using var key = new SoftwareKey(part.Kind == "aesKey" ? KeyAlgorithm.Aes : KeyAlgorithm.TripleDes, value);
        CryptographicOperations.ZeroMemory(value);
        var checkValue = new byte[CheckValueLength];
        KeyCheckValue.Compute(key, checkValue);
        return checkValue;
    }
}
