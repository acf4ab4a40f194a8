using System.Runtime.InteropServices;
using System.Security.Cryptography;
using PersoMesh.Keys;
using PersoMesh.Pkcs11.Native;

namespace PersoMesh.Pkcs11;

/// <summary>RSA with a session: finding and using private keys, making key pairs.</summary>
static class Pkcs11RsaKeys
{
    const int MaxModulusLength = 512;

    /// <summary>The token's private keys with a label.</summary>
    public static int FindByLabel(Pkcs11Session session, string label, Span<CULong> found)
    {
        var template = new AttributeTemplate(
            stackalloc CkAttribute[AttributeTemplate.MaxAttributes], stackalloc byte[AttributeTemplate.SmallValues + KeyLabel.MaxBytes]);
        template.Add(Cka.Class, Cko.PrivateKey);
        template.Add(Cka.Token, true);
        template.Add(Cka.Label, KeyLabel.Checked(label));
        return session.Find(template, found);
    }

    /// <summary>Generates a pair. The private key stays in the token under a label, or is a readable object of the session.</summary>
    public static (nuint PublicKey, nuint PrivateKey) Generate(Pkcs11Session session, int bits, int exponent, string? label)
    {
        var isForToken = label is not null;
        var open = new AttributeTemplate(
            stackalloc CkAttribute[AttributeTemplate.MaxAttributes], stackalloc byte[AttributeTemplate.SmallValues + KeyLabel.MaxBytes]);
        open.Add(Cka.Token, isForToken);
        open.Add(Cka.Verify, true);
        open.Add(Cka.ModulusBits, (nuint)bits);
        open.Add(Cka.PublicExponent, exponent == 3 ? [0x03] : [0x01, 0x00, 0x01]);
        var closed = new AttributeTemplate(
            stackalloc CkAttribute[AttributeTemplate.MaxAttributes], stackalloc byte[AttributeTemplate.SmallValues + KeyLabel.MaxBytes]);
        closed.Add(Cka.Token, isForToken);
        closed.Add(Cka.Private, true);
        closed.Add(Cka.Sensitive, isForToken);
        closed.Add(Cka.Extractable, !isForToken);
        closed.Add(Cka.Sign, true);
        if (label is not null)
        {
            open.Add(Cka.Label, label);
            closed.Add(Cka.Label, label);
        }

        return session.GenerateKeyPair(Ckm.RsaPkcsKeyPairGen, open, closed);
    }

    /// <summary>Reads all parts of a private key that lets itself be read.</summary>
    public static RSAParameters Read(Pkcs11Session session, nuint key) => new()
    {
        Modulus = Number(session, key, Cka.Modulus),
        Exponent = Number(session, key, Cka.PublicExponent),
        D = Number(session, key, Cka.PrivateExponent),
        P = Number(session, key, Cka.Prime1),
        Q = Number(session, key, Cka.Prime2),
        DP = Number(session, key, Cka.Exponent1),
        DQ = Number(session, key, Cka.Exponent2),
        InverseQ = Number(session, key, Cka.Coefficient),
    };

    /// <summary>Reads a big integer, without leading zeros.</summary>
    public static byte[] Number(Pkcs11Session session, nuint key, nuint attribute)
    {
        Span<byte> buffer = stackalloc byte[MaxModulusLength];
        var value = buffer[..session.GetBytes(key, attribute, buffer)];
        var number = value.TrimStart((byte)0).ToArray();
        CryptographicOperations.ZeroMemory(buffer);
        return number;
    }
}

/// <summary>A private key of the token in a borrowed session.</summary>
sealed class Pkcs11RsaKey(Pkcs11SecuritySession session, string label, nuint handle) : IRsaPrivateKey
{
    public ReadOnlyMemory<byte> Modulus { get; } = Pkcs11RsaKeys.Number(session.Native, handle, Cka.Modulus);

    public ReadOnlyMemory<byte> Exponent { get; } = Pkcs11RsaKeys.Number(session.Native, handle, Cka.PublicExponent);

    public void SignRaw(ReadOnlySpan<byte> block, Span<byte> signature)
    {
        if (block.Length != Modulus.Length || signature.Length != Modulus.Length)
        {
            throw new ArgumentException(
                $"Block and signature have {Modulus.Length} bytes, got {block.Length} and {signature.Length}.", nameof(block));
        }

        try
        {
            session.Native.Sign(handle, Ckm.RsaX509, block, signature);
        }
        catch (Pkcs11Exception e)
        {
            throw session.Failed(e, $"signature with RSA key '{label}'");
        }
    }
}
