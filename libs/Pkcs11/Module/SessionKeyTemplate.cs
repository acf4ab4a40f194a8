using PersoMesh.Keys;
using PersoMesh.Pkcs11.Native;

namespace PersoMesh.Pkcs11;

/// <summary>The attributes of a derived or throw-away key: lives in the session, cannot be read, can do everything.</summary>
static class SessionKeyTemplate
{
    public static void Write(ref AttributeTemplate template, KeyAlgorithm algorithm, int length)
    {
        template.Add(Cka.Class, Cko.SecretKey);
        template.Add(Cka.KeyType, KeyTypeOf(algorithm, length));
        // The length of a DES key follows from its type, and the attribute is then refused.
        if (algorithm == KeyAlgorithm.Aes)
            template.Add(Cka.ValueLength, (nuint)length);
        template.Add(Cka.Token, false);
        template.Add(Cka.Private, true);
        template.Add(Cka.Sensitive, true);
        template.Add(Cka.Extractable, false);
        template.Add(Cka.Encrypt, true);
        template.Add(Cka.Decrypt, true);
        template.Add(Cka.Sign, true);
        template.Add(Cka.Derive, true);
    }

    /// <summary>The key type (CKK) of a cipher and key length.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The cipher has no keys of this length.</exception>
    public static nuint KeyTypeOf(KeyAlgorithm algorithm, int length) => (algorithm, length) switch
    {
        (KeyAlgorithm.TripleDes, 16) => Ckk.Des2,
        (KeyAlgorithm.TripleDes, 24) => Ckk.Des3,
        (KeyAlgorithm.Aes, 16 or 24 or 32) => Ckk.Aes,
        _ => throw new ArgumentOutOfRangeException(nameof(length), length, $"{algorithm} keys do not have this length in bytes."),
    };
}
