using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using PersoMesh.Keys;
using PersoMesh.Pkcs11.Native;

namespace PersoMesh.Pkcs11;

/// <summary>Creates, lists and deletes the secret keys of a token. Keys are created private, sensitive and not extractable.</summary>
/// <remarks>Not thread-safe. Holds one read-write session, with the user's PIN.</remarks>
public sealed partial class Pkcs11KeyAdministration : IDisposable
{
    static readonly (nuint Attribute, KeyUses Use)[] UseAttributes =
    [
        (Cka.Encrypt, KeyUses.Encrypt), (Cka.Decrypt, KeyUses.Decrypt), (Cka.Sign, KeyUses.Mac), (Cka.Derive, KeyUses.Derive),
        (Cka.Wrap, KeyUses.Wrap), (Cka.Unwrap, KeyUses.Unwrap), (Cka.Extractable, KeyUses.Extract),
    ];

    readonly TokenAccess _token;
    readonly Pkcs11Session _session;

    Pkcs11KeyAdministration(TokenAccess token)
    {
        _token = token;
        _session = token.OpenSession(readWrite: true);
    }

    /// <summary>What an operator calls the token.</summary>
    public string TokenName => _token.Name;

    /// <summary>Opens the token for administration; the pool settings of the options are not used.</summary>
    /// <exception cref="SecurityModuleException">Library, token or PIN are not as the options say.</exception>
    public static Pkcs11KeyAdministration Open(Pkcs11Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var token = new TokenAccess(options);
        try
        {
            return new Pkcs11KeyAdministration(token);
        }
        catch
        {
            token.Dispose();
            throw;
        }
    }

    /// <summary>Stores a key whose value is known in clear: for tests, demonstrations, and keys put together from components.</summary>
    /// <param name="label">At most 255 bytes in UTF-8; no other secret key of the token may have it.</param>
    /// <param name="algorithm">The cipher.</param>
    /// <param name="value">16 or 24 bytes for 3DES; 16, 24 or 32 bytes for AES. Copied to the token; the caller zeroes it.</param>
    /// <param name="uses">What the token lets the key do.</param>
    /// <returns>The stored key, with its check value to compare.</returns>
    /// <exception cref="SecurityModuleException">The label is taken, or the token refused.</exception>
    public unsafe KeyDescription Import(string label, KeyAlgorithm algorithm, ReadOnlySpan<byte> value, KeyUses uses = KeyUses.Calculate)
    {
        RequireFree(label);
        var template = new AttributeTemplate(
            stackalloc CkAttribute[AttributeTemplate.MaxAttributes],
            stackalloc byte[AttributeTemplate.SmallValues + KeyLabel.MaxBytes + 32]);
        WriteTokenKey(ref template, label, algorithm, value.Length, uses);
        template.Add(Cka.Value, value);
        try
        {
            return Describe(_session.CreateObject(template));
        }
        catch (Pkcs11Exception e)
        {
            throw e.About($"import of key '{label}' into {TokenName}");
        }
        finally
        {
            template.Clear();
        }
    }

    /// <summary>Has the token generate a key.</summary>
    /// <param name="label">At most 255 bytes in UTF-8; no other secret key of the token may have it.</param>
    /// <param name="algorithm">The cipher.</param>
    /// <param name="length">16 or 24 bytes for 3DES; 16, 24 or 32 bytes for AES.</param>
    /// <param name="uses">What the token lets the key do.</param>
    /// <returns>The new key.</returns>
    /// <exception cref="SecurityModuleException">The label is taken, or the token refused.</exception>
    public unsafe KeyDescription Generate(string label, KeyAlgorithm algorithm, int length, KeyUses uses = KeyUses.Calculate)
    {
        RequireFree(label);
        var template = new AttributeTemplate(
            stackalloc CkAttribute[AttributeTemplate.MaxAttributes], stackalloc byte[AttributeTemplate.SmallValues + KeyLabel.MaxBytes]);
        WriteTokenKey(ref template, label, algorithm, length, uses);
        if (algorithm == KeyAlgorithm.Aes)
            template.Add(Cka.ValueLength, (nuint)length);
        var mechanism = algorithm == KeyAlgorithm.Aes ? Ckm.AesKeyGen : length == 16 ? Ckm.Des2KeyGen : Ckm.Des3KeyGen;
        try
        {
            return Describe(_session.GenerateKey(mechanism, template));
        }
        catch (Pkcs11Exception e)
        {
            throw e.About($"generation of key '{label}' in {TokenName}");
        }
    }

    /// <summary>Has the token generate an RSA key pair that signs certificates; the private key never leaves it.</summary>
    /// <param name="label">At most 255 bytes in UTF-8; no other private key of the token may have it.</param>
    /// <param name="bits">Length of the modulus: 1024 to 4096, a multiple of 8.</param>
    /// <param name="exponent">3 or 65537.</param>
    /// <returns>The public key's modulus and exponent.</returns>
    /// <exception cref="SecurityModuleException">The label is taken, or the token refused.</exception>
    public (byte[] Modulus, byte[] Exponent) GenerateRsa(string label, int bits, int exponent)
    {
        Span<CULong> found = stackalloc CULong[1];
        if (Pkcs11RsaKeys.FindByLabel(_session, label, found) > 0)
            throw new SecurityModuleException($"{TokenName} already has a private key labelled '{label}': take another label.");
        try
        {
            var (publicKey, _) = Pkcs11RsaKeys.Generate(_session, bits, exponent, label);
            var modulus = Pkcs11RsaKeys.Number(_session, publicKey, Cka.Modulus);
            return (modulus, Pkcs11RsaKeys.Number(_session, publicKey, Cka.PublicExponent));
        }
        catch (Pkcs11Exception e)
        {
            throw e.About($"generation of RSA key '{label}' in {TokenName}");
        }
    }

    /// <summary>All secret keys of the token, ordered by label.</summary>
    /// <exception cref="Pkcs11Exception">The token refused.</exception>
    public IReadOnlyList<KeyDescription> List()
    {
        var template = new AttributeTemplate(stackalloc CkAttribute[2], stackalloc byte[16]);
        template.Add(Cka.Class, Cko.SecretKey);
        template.Add(Cka.Token, true);
        var found = new CULong[16];
        int count;
        while ((count = _session.Find(template, found)) == found.Length)
            found = new CULong[found.Length * 4];
        var keys = new List<KeyDescription>(count);
        for (var i = 0; i < count; i++)
            keys.Add(Describe(found[i].Value));
        keys.Sort((a, b) => string.CompareOrdinal(a.Label, b.Label));
        return keys;
    }

    /// <summary>Deletes the key with this label, for good.</summary>
    /// <param name="label">Must name exactly one secret key.</param>
    /// <exception cref="KeyNotFoundInModuleException">No key, or more than one, has the label.</exception>
    /// <exception cref="Pkcs11Exception">The token refused.</exception>
    public void Delete(string label) => _session.DestroyObject(HandleOf(label));

    /// <summary>Closes the session.</summary>
    public void Dispose()
    {
        _session.Dispose();
        _token.Dispose();
    }

    static void WriteTokenKey(ref AttributeTemplate template, string label, KeyAlgorithm algorithm, int length, KeyUses uses)
    {
        template.Add(Cka.Class, Cko.SecretKey);
        template.Add(Cka.KeyType, SessionKeyTemplate.KeyTypeOf(algorithm, length));
        template.Add(Cka.Label, label);
        template.Add(Cka.Token, true);
        template.Add(Cka.Private, true);
        template.Add(Cka.Sensitive, true);
        template.Add(Cka.Extractable, uses.HasFlag(KeyUses.Extract));
        template.Add(Cka.Encrypt, uses.HasFlag(KeyUses.Encrypt));
        template.Add(Cka.Decrypt, uses.HasFlag(KeyUses.Decrypt));
        template.Add(Cka.Sign, uses.HasFlag(KeyUses.Mac));
        template.Add(Cka.Verify, uses.HasFlag(KeyUses.Mac));
        template.Add(Cka.Derive, uses.HasFlag(KeyUses.Derive));
        template.Add(Cka.Wrap, uses.HasFlag(KeyUses.Wrap));
        template.Add(Cka.Unwrap, uses.HasFlag(KeyUses.Unwrap));
    }

    nuint HandleOf(string label)
    {
        Span<CULong> found = stackalloc CULong[16];
        var count = KeyDirectory.FindByLabel(_session, label, found);
        return count == 1 ? found[0].Value : throw new KeyNotFoundInModuleException(label, TokenName, count);
    }

    KeyUses UsesOf(nuint handle)
    {
        var uses = KeyUses.None;
        Span<byte> flag = stackalloc byte[1];
        foreach (var (attribute, use) in UseAttributes)
        {
            if (_session.GetBytes(handle, attribute, flag) == 1 && flag[0] != 0)
                uses |= use;
        }

        return uses;
    }

    // PKCS#11 lets many keys have one label; the project does not.
    void RequireFree(string label)
    {
        Span<CULong> found = stackalloc CULong[1];
        if (KeyDirectory.FindByLabel(_session, label, found) > 0)
        {
            throw new SecurityModuleException(
                $"{TokenName} already has a secret key labelled '{label}': delete it first, or take another label.");
        }
    }

    KeyDescription Describe(nuint handle)
    {
        Span<byte> label = stackalloc byte[4096];
        var labelLength = _session.GetBytes(handle, Cka.Label, label);
        var type = _session.GetUlong(handle, Cka.KeyType);
        var (name, length) = type switch
        {
            Ckk.Aes => ("AES", (int)_session.GetUlong(handle, Cka.ValueLength)),
            Ckk.Des2 => ("DES2", 16),
            Ckk.Des3 => ("DES3", 24),
            _ => (string.Create(CultureInfo.InvariantCulture, $"CKK 0x{(ulong)type:X}"), LengthOrZero(handle)),
        };
        return new KeyDescription(Encoding.UTF8.GetString(label[..labelLength]), name, length, CheckValue(handle, type))
        {
            Uses = UsesOf(handle),
        };
    }

    int LengthOrZero(nuint handle)
    {
        try
        {
            return (int)_session.GetUlong(handle, Cka.ValueLength);
        }
        catch (Pkcs11Exception e) when (!e.IsTransient)
        {
            return 0;
        }
    }

    string? CheckValue(nuint handle, nuint type)
    {
        Span<byte> block = stackalloc byte[type == Ckk.Aes ? 16 : 8];
        block.Fill(type == Ckk.Aes ? (byte)1 : (byte)0);
        try
        {
            switch (type)
            {
                case Ckk.Aes:
                    _session.Encrypt(handle, Ckm.AesEcb, default, block, block);
                    break;
                case Ckk.Des2 or Ckk.Des3:
                    _session.Encrypt(handle, Ckm.Des3Ecb, default, block, block);
                    break;
                default:
                    return null;
            }

            return Convert.ToHexString(block[..3]);
        }
        catch (Pkcs11Exception e) when (!e.IsTransient)
        {
            return null;
        }
    }
}
