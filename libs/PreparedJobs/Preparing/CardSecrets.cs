using System.Globalization;
using System.Security.Cryptography;
using PersoMesh.Emv;
using PersoMesh.Keys;
using PersoMesh.Profiles;

namespace PersoMesh.PreparedJobs;

/// <summary>Computes the parts of secret data groupings with keys of a security module.</summary>
public static class CardSecrets
{
    const int KeyLength = 16;
    const int PinBlockLength = 8;

    /// <summary>Computes a part.</summary>
    /// <param name="session">A session with the module that holds the keys that the parameters name.</param>
    /// <param name="parameters">What a profile's part resolved to.</param>
    /// <returns>The clear value; the caller zeroes it.</returns>
    /// <exception cref="PersoMesh.SmartCard.CardDataException">A parameter does not fit.</exception>
    /// <exception cref="PinBlockException">The PIN block is none.</exception>
    /// <exception cref="KeyNotFoundInModuleException">A key is missing.</exception>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public static byte[] Compute(ISecuritySession session, SecretParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(session);
        return parameters switch
        {
            EmvMasterKeyParameters key => EmvMasterKey(session, key),
            PinBlockParameters pin => ReferencePin(session, pin),
            AesKeyParameters key => AesKey(session, key),
            RandomParameters random => Random(session, random.Length),
            _ => throw new ArgumentException($"{parameters} is no part that is computed from keys alone.", nameof(parameters)),
        };
    }

    /// <summary>Copies a number of a key pair, left filled with zeros to half the modulus.</summary>
    /// <param name="key">The key pair.</param>
    /// <param name="component">Which number.</param>
    /// <returns>The number; the caller zeroes it.</returns>
    public static byte[] Component(RSAParameters key, CardKeyComponent component)
    {
        var number = component switch
        {
            CardKeyComponent.InverseQ => key.InverseQ,
            CardKeyComponent.DQ => key.DQ,
            CardKeyComponent.DP => key.DP,
            CardKeyComponent.Q => key.Q,
            _ => key.P,
        };
        var value = new byte[key.Modulus!.Length / 2];
        number!.CopyTo(value, value.Length - number!.Length);
        return value;
    }

    // EMV 4.3 Book 2 §A1.4: option B is for account numbers of more than 16 digits.
    static byte[] EmvMasterKey(ISecuritySession session, EmvMasterKeyParameters parameters)
    {
        using var master = session.GetKey(parameters.Master);
        var pan = Pan.Parse(parameters.Pan);
        var key = new byte[KeyLength];
        var sequence = int.Parse(parameters.Sequence, CultureInfo.InvariantCulture);
        IccMasterKey.ComputeKeyData(master, pan.Length > 16 ? MasterKeyOption.B : MasterKeyOption.A, pan, sequence, key);
        return key;
    }

    static byte[] AesKey(ISecuritySession session, AesKeyParameters parameters)
    {
        using var master = session.GetKey(parameters.Master);
        var key = new byte[KeyLength];
        AesKeyDiversification.ComputeKeyData(master, parameters.Diversifier, key);
        return key;
    }

    static byte[] ReferencePin(ISecuritySession session, PinBlockParameters parameters)
    {
        using var zoneKey = session.GetKey(parameters.Key);
        var pan = parameters.Pan is null ? null : Pan.Parse(parameters.Pan);
        using var pin = PinBlock.Decipher((PinBlockFormat)parameters.From, parameters.Block, pan, zoneKey);
        var block = new byte[PinBlockLength];
        PinBlockTranslation.EncodeReferencePin((PinBlockFormat)parameters.To, pin, block, session.GenerateRandom);
        return block;
    }

    static byte[] Random(ISecuritySession session, int length)
    {
        var value = new byte[length];
        session.GenerateRandom(value);
        return value;
    }
}
