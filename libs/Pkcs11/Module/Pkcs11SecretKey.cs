using PersoMesh.Keys;
using PersoMesh.Pkcs11.Native;

namespace PersoMesh.Pkcs11;

/// <summary>A key in the token: one found by label, or a session object derived from another key.</summary>
sealed class Pkcs11SecretKey : ISecretKey
{
    readonly Pkcs11SecuritySession _session;
    readonly string _name;
    readonly bool _isDerived;
    KeyEntry _entry;
    bool _disposed;

    Pkcs11SecretKey(Pkcs11SecuritySession session, string name, KeyEntry entry, bool isDerived)
    {
        _session = session;
        _name = name;
        _entry = entry;
        _isDerived = isDerived;
    }

    public KeyAlgorithm Algorithm => _entry.Algorithm;

    public int Length => _entry.Length;

    /// <summary>The session's list of derived keys.</summary>
    public Pkcs11SecretKey? Previous { get; set; }

    /// <inheritdoc cref="Previous" />
    public Pkcs11SecretKey? Next { get; set; }

    public nuint Handle => _entry.Handle;

    int BlockSize => Algorithm == KeyAlgorithm.Aes ? 16 : 8;

    nuint EcbMechanism => Algorithm == KeyAlgorithm.Aes ? Ckm.AesEcb : Ckm.Des3Ecb;

    nuint CbcMechanism => Algorithm == KeyAlgorithm.Aes ? Ckm.AesCbc : Ckm.Des3Cbc;

    public static Pkcs11SecretKey Root(Pkcs11SecuritySession session, string label, KeyEntry entry) =>
        new(session, label, entry, isDerived: false);

    /// <param name="session">The owner.</param>
    /// <param name="origin">The label of the key it was derived from.</param>
    /// <param name="entry">The session object.</param>
    public static Pkcs11SecretKey Derived(Pkcs11SecuritySession session, string origin, KeyEntry entry) =>
        new(session, origin, entry, isDerived: true);

    public void EncryptEcb(ReadOnlySpan<byte> input, Span<byte> output) => Crypt(true, EcbMechanism, default, input, output);

    public void DecryptEcb(ReadOnlySpan<byte> input, Span<byte> output) => Crypt(false, EcbMechanism, default, input, output);

    public void EncryptCbc(ReadOnlySpan<byte> iv, ReadOnlySpan<byte> input, Span<byte> output)
    {
        RequireOneBlock(iv);
        Crypt(true, CbcMechanism, iv, input, output);
    }

    public void DecryptCbc(ReadOnlySpan<byte> iv, ReadOnlySpan<byte> input, Span<byte> output)
    {
        RequireOneBlock(iv);
        Crypt(false, CbcMechanism, iv, input, output);
    }

    public void Cmac(ReadOnlySpan<byte> message, Span<byte> mac)
    {
        if (mac.Length < BlockSize)
            throw new ArgumentException($"The MAC needs {BlockSize} bytes, not {mac.Length}.", nameof(mac));
        for (var isRetry = false; ; isRetry = true)
        {
            try
            {
                var handle = Use();
                _session.Native.Sign(handle, Algorithm == KeyAlgorithm.Aes ? Ckm.AesCmac : Ckm.Des3Cmac, message, mac[..BlockSize]);
                return;
            }
            catch (Pkcs11Exception e)
            {
                RecoverOrThrow(e, "CMAC", isRetry);
            }
        }
    }

    public ISecretKey DeriveEcb(ReadOnlySpan<byte> data, KeyAlgorithm algorithm, int length) => Derive(default, data, algorithm, length);

    public ISecretKey DeriveCbc(ReadOnlySpan<byte> iv, ReadOnlySpan<byte> data, KeyAlgorithm algorithm, int length)
    {
        RequireOneBlock(iv);
        return Derive(iv, data, algorithm, length);
    }

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        if (_isDerived)
            _session.Destroy(this);
    }

    /// <summary>Algorithm, length and origin only.</summary>
    public override string ToString() =>
        _isDerived ? $"{Algorithm} key, {Length} bytes, derived from '{_name}'" : $"{Algorithm} key '{_name}', {Length} bytes";

    void Crypt(bool encrypt, nuint mechanism, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> input, Span<byte> output)
    {
        RequireWholeBlocks(input);
        if (output.Length < input.Length)
            throw new ArgumentException($"The output needs {input.Length} bytes, not {output.Length}.", nameof(output));
        output = output[..input.Length];
        for (var isRetry = false; ; isRetry = true)
        {
            try
            {
                var handle = Use();
                if (encrypt)
                    _session.Native.Encrypt(handle, mechanism, iv, input, output);
                else
                    _session.Native.Decrypt(handle, mechanism, iv, input, output);
                return;
            }
            catch (Pkcs11Exception e)
            {
                RecoverOrThrow(e, encrypt ? "encrypt" : "decrypt", isRetry);
            }
        }
    }

    Pkcs11SecretKey Derive(ReadOnlySpan<byte> iv, ReadOnlySpan<byte> data, KeyAlgorithm algorithm, int length)
    {
        RequireWholeBlocks(data);
        if (data.Length < length)
            throw new ArgumentException($"A key of {length} bytes needs as many bytes of data, not {data.Length}.", nameof(data));
        var template = new AttributeTemplate(
            stackalloc CkAttribute[AttributeTemplate.MaxAttributes], stackalloc byte[AttributeTemplate.SmallValues]);
        SessionKeyTemplate.Write(ref template, algorithm, length);
        // Only leading blocks become key: what follows need not travel, and no token can disagree about it.
        data = data[..((length + BlockSize - 1) / BlockSize * BlockSize)];
        var isAes = Algorithm == KeyAlgorithm.Aes;
        for (var isRetry = false; ; isRetry = true)
        {
            try
            {
                var handle = Use();
                var derived = iv.IsEmpty
                    ? _session.Native.DeriveEcb(handle, isAes ? Ckm.AesEcbEncryptData : Ckm.Des3EcbEncryptData, data, template)
                    : _session.Native.DeriveCbc(handle, isAes ? Ckm.AesCbcEncryptData : Ckm.Des3CbcEncryptData, iv, data, template);
                return _session.Adopt(derived, algorithm, length, _name);
            }
            catch (Pkcs11Exception e)
            {
                RecoverOrThrow(e, "derive", isRetry);
            }
        }
    }

    /// <summary>The handle to use now; a handle from before a loss may by now be another key's.</summary>
    nuint Use()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!_isDerived && _entry.Generation != _session.Generation)
            Take(_session.Find(_name));
        return _entry.Handle;
    }

    void RecoverOrThrow(Pkcs11Exception failure, string operation, bool isRetry)
    {
        if (_isDerived || isRetry || !_session.CanRecover(failure.Code))
            throw _session.Failed(failure, $"{operation} with key '{_name}'");
        Take(_session.Recover(_name, failure.Code));
    }

    // The caller has chosen blocks and lengths for the key it saw.
    void Take(KeyEntry found)
    {
        if ((found.Algorithm, found.Length) != (Algorithm, Length))
        {
            throw new SecurityModuleException(
                $"Key '{_name}' is no longer {Algorithm} of {Length} bytes: it was replaced during use; start again.")
            {
                IsTransient = true,
            };
        }

        _entry = found;
    }

    void RequireWholeBlocks(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty || input.Length % BlockSize != 0)
            throw new ArgumentException($"{input.Length} bytes are not one or more whole blocks of {BlockSize} bytes.", nameof(input));
    }

    void RequireOneBlock(ReadOnlySpan<byte> iv)
    {
        if (iv.Length != BlockSize)
            throw new ArgumentException($"The initial value has {BlockSize} bytes, not {iv.Length}.", nameof(iv));
    }
}
