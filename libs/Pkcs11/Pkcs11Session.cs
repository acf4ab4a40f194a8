using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PersoMesh.Keys;
using PersoMesh.Pkcs11.Native;

namespace PersoMesh.Pkcs11;

/// <summary>
/// A Cryptoki session: the calls of PKCS#11 v2.40 §5 with spans instead of pointers and exceptions instead of return values.
/// </summary>
/// <remarks>Used by one thread at a time. The cryptographic calls allocate nothing.</remarks>
sealed unsafe class Pkcs11Session(FunctionList functions, CULong handle) : IDisposable
{
    readonly FunctionList _functions = functions;
    readonly CULong _handle = handle;
    bool _closed;

    /// <summary>The pool's generation in which the session was last known to be good.</summary>
    public int Generation { get; set; }

    /// <summary>True when the session exists and the normal user is logged in.</summary>
    public bool IsLoggedIn
    {
        get
        {
            CkSessionInfo info;
            return _functions.GetSessionInfo(_handle, &info).Value == Ckr.Ok && info.State.Value is Cks.ReadOnlyUser or Cks.ReadWriteUser;
        }
    }

    /// <summary>Logs the normal user in, for all sessions of this process with the token.</summary>
    public void Login(ReadOnlySpan<byte> pin)
    {
        fixed (byte* first = pin)
        {
            var value = _functions.Login(_handle, new CULong(Cks.UserType), first, Length(pin)).Value;
            if (value is not (Ckr.Ok or Ckr.UserAlreadyLoggedIn))
                throw new Pkcs11Exception("C_Login", value);
        }
    }

    /// <summary>Encrypts in one call; the output is as long as the input (no padding mechanisms).</summary>
    public void Encrypt(nuint key, nuint mechanism, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> input, Span<byte> output)
    {
        fixed (byte* parameter = iv, source = input, target = output)
        {
            var ckMechanism = Mechanism(mechanism, parameter, iv.Length);
            Check(_functions.EncryptInit(_handle, &ckMechanism, new CULong(key)), "C_EncryptInit");
            var length = new CULong((nuint)output.Length);
            Check(_functions.Encrypt(_handle, source, Length(input), target, &length), "C_Encrypt");
            RequireLength(length, output, "C_Encrypt");
        }
    }

    /// <summary>Decrypts in one call; the output is as long as the input (no padding mechanisms).</summary>
    public void Decrypt(nuint key, nuint mechanism, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> input, Span<byte> output)
    {
        fixed (byte* parameter = iv, source = input, target = output)
        {
            var ckMechanism = Mechanism(mechanism, parameter, iv.Length);
            Check(_functions.DecryptInit(_handle, &ckMechanism, new CULong(key)), "C_DecryptInit");
            var length = new CULong((nuint)output.Length);
            Check(_functions.Decrypt(_handle, source, Length(input), target, &length), "C_Decrypt");
            RequireLength(length, output, "C_Decrypt");
        }
    }

    /// <summary>Computes a MAC with a mechanism that takes no parameter.</summary>
    public void Sign(nuint key, nuint mechanism, ReadOnlySpan<byte> message, Span<byte> mac)
    {
        // A null pointer is refused also for an empty message.
        byte none = 0;
        fixed (byte* source = message, target = mac)
        {
            var ckMechanism = Mechanism(mechanism, null, 0);
            Check(_functions.SignInit(_handle, &ckMechanism, new CULong(key)), "C_SignInit");
            var length = new CULong((nuint)mac.Length);
            Check(_functions.Sign(_handle, source is null ? &none : source, Length(message), target, &length), "C_Sign");
            RequireLength(length, mac, "C_Sign");
        }
    }

    /// <summary>Derives a key by CKM_*_ECB_ENCRYPT_DATA.</summary>
    public nuint DeriveEcb(nuint key, nuint mechanism, ReadOnlySpan<byte> data, in AttributeTemplate template)
    {
        fixed (byte* first = data)
        {
            var parameter = new CkKeyDerivationStringData { Data = first, Length = Length(data) };
            return Derive(key, Mechanism(mechanism, &parameter, sizeof(CkKeyDerivationStringData)), template);
        }
    }

    /// <summary>Derives a key by CKM_*_CBC_ENCRYPT_DATA; the length of the IV says which.</summary>
    public nuint DeriveCbc(nuint key, nuint mechanism, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> data, in AttributeTemplate template)
    {
        fixed (byte* first = data)
        {
            if (iv.Length == 16)
            {
                var aes = new CkAesCbcEncryptData { Data = first, Length = Length(data) };
                iv.CopyTo(new Span<byte>(aes.Iv, 16));
                return Derive(key, Mechanism(mechanism, &aes, sizeof(CkAesCbcEncryptData)), template);
            }

            var des = new CkDesCbcEncryptData { Data = first, Length = Length(data) };
            iv.CopyTo(new Span<byte>(des.Iv, 8));
            return Derive(key, Mechanism(mechanism, &des, sizeof(CkDesCbcEncryptData)), template);
        }
    }

    public nuint CreateObject(in AttributeTemplate template)
    {
        CULong created;
        Check(_functions.CreateObject(_handle, template.Pointer, Count(template), &created), "C_CreateObject");
        return created.Value;
    }

    public nuint GenerateKey(nuint mechanism, in AttributeTemplate template)
    {
        CULong created;
        var ckMechanism = Mechanism(mechanism, null, 0);
        Check(_functions.GenerateKey(_handle, &ckMechanism, template.Pointer, Count(template), &created), "C_GenerateKey");
        return created.Value;
    }

    public (nuint PublicKey, nuint PrivateKey) GenerateKeyPair(nuint mechanism, in AttributeTemplate publicKey, in AttributeTemplate privateKey)
    {
        CULong open;
        CULong closed;
        var ckMechanism = Mechanism(mechanism, null, 0);
        Check(
            _functions.GenerateKeyPair(
                _handle, &ckMechanism, publicKey.Pointer, Count(publicKey), privateKey.Pointer, Count(privateKey), &open, &closed),
            "C_GenerateKeyPair");
        return (open.Value, closed.Value);
    }

    /// <summary>Encrypts a key under another one.</summary>
    /// <returns>Bytes written to <paramref name="wrapped"/>.</returns>
    public int WrapKey(nuint wrappingKey, nuint mechanism, nuint key, Span<byte> wrapped)
    {
        fixed (byte* target = wrapped)
        {
            var ckMechanism = Mechanism(mechanism, null, 0);
            var length = new CULong((nuint)wrapped.Length);
            Check(_functions.WrapKey(_handle, &ckMechanism, new CULong(wrappingKey), new CULong(key), target, &length), "C_WrapKey");
            return (int)length.Value;
        }
    }

    /// <summary>Takes in a key that is encrypted under another one.</summary>
    public nuint UnwrapKey(nuint wrappingKey, nuint mechanism, ReadOnlySpan<byte> wrapped, in AttributeTemplate template)
    {
        fixed (byte* source = wrapped)
        {
            var ckMechanism = Mechanism(mechanism, null, 0);
            CULong created;
            Check(
                _functions.UnwrapKey(
                    _handle, &ckMechanism, new CULong(wrappingKey), source, Length(wrapped), template.Pointer, Count(template), &created),
                "C_UnwrapKey");
            return created.Value;
        }
    }

    public void DestroyObject(nuint key) => Check(_functions.DestroyObject(_handle, new CULong(key)), "C_DestroyObject");

    /// <summary>Finds the objects that match; as many as fit into the buffer.</summary>
    public int Find(in AttributeTemplate template, Span<CULong> found)
    {
        Check(_functions.FindObjectsInit(_handle, template.Pointer, Count(template)), "C_FindObjectsInit");
        var total = 0;
        fixed (CULong* first = found)
        {
            CULong count;
            do
            {
                var value = _functions.FindObjects(_handle, first + total, new CULong((nuint)(found.Length - total)), &count);
                if (value.Value != Ckr.Ok)
                {
                    _functions.FindObjectsFinal(_handle);
                    throw new Pkcs11Exception("C_FindObjects", value.Value);
                }

                total += (int)count.Value;
            }
            while (count.Value > 0 && total < found.Length);
        }

        Check(_functions.FindObjectsFinal(_handle), "C_FindObjectsFinal");
        return total;
    }

    /// <summary>Reads an attribute that is a CK_ULONG.</summary>
    public nuint GetUlong(nuint key, nuint attribute)
    {
        CULong value;
        GetAttribute(key, attribute, &value, sizeof(CULong));
        return value.Value;
    }

    /// <summary>Reads an attribute into the buffer and returns its length.</summary>
    public int GetBytes(nuint key, nuint attribute, Span<byte> buffer)
    {
        fixed (byte* first = buffer)
            return GetAttribute(key, attribute, first, buffer.Length);
    }

    public void GenerateRandom(Span<byte> output)
    {
        fixed (byte* first = output)
            Check(_functions.GenerateRandom(_handle, first, Length(output)), "C_GenerateRandom");
    }

    /// <summary>Closes the session; its session objects go with it. A session that is gone already is no error.</summary>
    public void Dispose()
    {
        if (_closed)
            return;
        _closed = true;
        _functions.CloseSession(_handle);
    }

    nuint Derive(nuint key, CkMechanism mechanism, in AttributeTemplate template)
    {
        CULong derived;
        Check(_functions.DeriveKey(_handle, &mechanism, new CULong(key), template.Pointer, Count(template), &derived), "C_DeriveKey");
        return derived.Value;
    }

    int GetAttribute(nuint key, nuint attribute, void* buffer, int length)
    {
        var query = new CkAttribute { Type = new CULong(attribute), Value = buffer, Length = new CULong((nuint)length) };
        Check(_functions.GetAttributeValue(_handle, new CULong(key), &query, new CULong(1u)), "C_GetAttributeValue");
        return (int)query.Length.Value;
    }

    static CkMechanism Mechanism(nuint type, void* parameter, int length) =>
        new() { Type = new CULong(type), Parameter = parameter, ParameterLength = new CULong((nuint)length) };

    static CULong Length(ReadOnlySpan<byte> bytes) => new((nuint)bytes.Length);

    static CULong Count(in AttributeTemplate template) => new((nuint)template.Count);

    // A shorter result would leave old bytes in the output, unnoticed.
    static void RequireLength(CULong length, ReadOnlySpan<byte> output, string function)
    {
        if (length.Value != (nuint)output.Length)
            throw new SecurityModuleException($"{function} returned {length.Value} bytes instead of {output.Length}.");
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Check(CULong value, string function)
    {
        if (value.Value != Ckr.Ok)
            throw new Pkcs11Exception(function, value.Value);
    }
}
