using System.Security.Cryptography;
using PersoMesh.Contracts.Preparation;
using PersoMesh.Emv;
using PersoMesh.Keys;
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
    const int KeyLength = 16;
    const int PinBlockLength = 8;

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

    static byte[] Part(ISecuritySession session, SecretSource part) => part.Kind switch
    {
        "emvMasterKey" => EmvMasterKey(session, part.Parameters),
        "pinBlock" => ReferencePin(session, part.Parameters),
        "aesKey" => AesKey(session, part.Parameters),
        "wrapped" => Unwrap(session, part.Parameters),
        "random" => Random(session, int.Parse(part.Parameters["length"])),
        _ => throw new InvalidOperationException($"Secret of unknown kind '{part.Kind}': the Translator is newer than this Security service."),
    };

    static byte[] EmvMasterKey(ISecuritySession session, IReadOnlyDictionary<string, string> parameters)
    {
        using var master = session.GetKey(parameters["master"]);
        var pan = Pan.Parse(parameters["pan"]);
        var key = new byte[KeyLength];
        IccMasterKey.ComputeKeyData(master, pan.Length > 16 ? MasterKeyOption.B : MasterKeyOption.A, pan, int.Parse(parameters["sequence"]), key);
        return key;
    }

    static byte[] AesKey(ISecuritySession session, IReadOnlyDictionary<string, string> parameters)
    {
        using var master = session.GetKey(parameters["master"]);
        var key = new byte[KeyLength];
        AesKeyDiversification.ComputeKeyData(master, Convert.FromHexString(parameters["diversifier"]), key);
        return key;
    }

    static byte[] ReferencePin(ISecuritySession session, IReadOnlyDictionary<string, string> parameters)
    {
        using var zoneKey = session.GetKey(parameters["key"]);
        var pan = parameters["pan"].Length == 0 ? null : Pan.Parse(parameters["pan"]);
        using var pin = PinBlock.Decipher((PinBlockFormat)int.Parse(parameters["from"]), Convert.FromHexString(parameters["block"]), pan, zoneKey);
        var block = new byte[PinBlockLength];
        PinBlockTranslation.EncodeReferencePin((PinBlockFormat)int.Parse(parameters["to"]), pin, block, session.GenerateRandom);
        return block;
    }

    static byte[] Unwrap(ISecuritySession session, IReadOnlyDictionary<string, string> parameters)
    {
        using var key = session.GetKey(parameters["key"]);
        return AesKeyWrap.Unwrap(key, Convert.FromHexString(parameters["value"]))
            ?? throw new CardDataException("wrapped secret", 0, $"it was not wrapped under {parameters["key"]}, or it was changed");
    }

    static byte[] Random(ISecuritySession session, int length)
    {
        var value = new byte[length];
        session.GenerateRandom(value);
        return value;
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
