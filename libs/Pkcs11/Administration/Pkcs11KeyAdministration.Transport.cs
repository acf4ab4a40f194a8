using System.Security.Cryptography;
using PersoMesh.Keys;
using PersoMesh.Pkcs11.Native;

namespace PersoMesh.Pkcs11;

/// <content>Taking keys out of a token and into it, enciphered under another key: they are never in clear outside a token.</content>
public sealed partial class Pkcs11KeyAdministration
{
    const int MaxWrappedLength = 64;

    /// <summary>Enciphers a key under another one with AES key wrap with padding (RFC 5649, CKM_AES_KEY_WRAP_PAD).</summary>
    /// <param name="label">The key that is to travel; it must be extractable.</param>
    /// <param name="under">An AES key with the use <see cref="KeyUses.Wrap"/>.</param>
    /// <returns>The wrapped key.</returns>
    /// <exception cref="SecurityModuleException">A key is missing or may not be used so, or the token refused.</exception>
    public byte[] Wrap(string label, string under)
    {
        var wrapped = new byte[MaxWrappedLength];
        try
        {
            return wrapped[.._session.WrapKey(HandleOf(under), Ckm.AesKeyWrapPad, HandleOf(label), wrapped)];
        }
        catch (Pkcs11Exception e)
        {
            throw e.About($"export of key '{label}' under '{under}' from {TokenName}");
        }
    }

    /// <summary>Takes in a key that <see cref="Wrap"/> gave.</summary>
    /// <param name="label">At most 255 bytes in UTF-8; no other secret key of the token may have it.</param>
    /// <param name="algorithm">The cipher that the key is for.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <param name="under">An AES key with the use <see cref="KeyUses.Unwrap"/>.</param>
    /// <param name="wrapped">The wrapped key.</param>
    /// <param name="uses">What the token lets the key do.</param>
    /// <returns>The stored key, with its check value to compare.</returns>
    /// <exception cref="SecurityModuleException">Another transport key, changed bytes, a label that is taken, or the token refused.</exception>
    public unsafe KeyDescription Unwrap(
        string label, KeyAlgorithm algorithm, int length, string under, ReadOnlySpan<byte> wrapped, KeyUses uses)
    {
        RequireFree(label);
        var template = new AttributeTemplate(
            stackalloc CkAttribute[AttributeTemplate.MaxAttributes], stackalloc byte[AttributeTemplate.SmallValues + KeyLabel.MaxBytes]);
        WriteTokenKey(ref template, label, algorithm, length, uses);
        try
        {
            return Describe(_session.UnwrapKey(HandleOf(under), Ckm.AesKeyWrapPad, wrapped, template));
        }
        catch (Pkcs11Exception e)
        {
            throw e.About($"import of key '{label}' under '{under}' into {TokenName}");
        }
    }

    /// <summary>
    /// Takes an extractable key out of the token in clear, for a form of transport that the token has no mechanism for: under a key that is
    /// made for the purpose and known to this process alone.
    /// </summary>
    /// <param name="label">The key; it must be extractable, and its length a multiple of 8.</param>
    /// <returns>The key's value; the caller zeroes it.</returns>
    /// <exception cref="SecurityModuleException">
    /// The key is missing or not extractable, or the token lets keys leave only under keys that it trusts (CKA_WRAP_WITH_TRUSTED).
    /// </exception>
    public unsafe byte[] TakeOut(string label)
    {
        const int Length = 32;
        var value = RandomNumberGenerator.GetBytes(Length);
        var template = new AttributeTemplate(
            stackalloc CkAttribute[AttributeTemplate.MaxAttributes], stackalloc byte[AttributeTemplate.SmallValues + Length]);
        template.Add(Cka.Class, Cko.SecretKey);
        template.Add(Cka.KeyType, Ckk.Aes);
        template.Add(Cka.Token, false);
        template.Add(Cka.Wrap, true);
        template.Add(Cka.Value, value);
        try
        {
            using var ours = new SoftwareKey(KeyAlgorithm.Aes, value);
            var handle = _session.CreateObject(template);
            try
            {
                var wrapped = new byte[MaxWrappedLength];
                return AesKeyWrap.Unwrap(ours, wrapped.AsSpan(0, _session.WrapKey(handle, Ckm.AesKeyWrap, HandleOf(label), wrapped)))
                    ?? throw new SecurityModuleException($"{TokenName} wrapped '{label}' otherwise than RFC 3394 says.");
            }
            finally
            {
                _session.DestroyObject(handle);
            }
        }
        catch (Pkcs11Exception e)
        {
            throw e.About($"export of key '{label}' from {TokenName}");
        }
        finally
        {
            template.Clear();
            CryptographicOperations.ZeroMemory(value);
        }
    }

    /// <summary>The secret key with this label.</summary>
    /// <exception cref="KeyNotFoundInModuleException">No key, or more than one, has the label.</exception>
    /// <exception cref="Pkcs11Exception">The token refused.</exception>
    public KeyDescription Find(string label) => Describe(HandleOf(label));
}
