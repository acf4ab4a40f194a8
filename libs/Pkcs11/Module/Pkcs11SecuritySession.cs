using System.Runtime.InteropServices;
using System.Security.Cryptography;
using PersoMesh.Keys;
using PersoMesh.Pkcs11.Native;

namespace PersoMesh.Pkcs11;

/// <summary>A borrowed session and the keys derived in it.</summary>
sealed class Pkcs11SecuritySession(SessionPool pool, KeyDirectory keys) : ISecuritySession, IRsaSession
{
    Pkcs11Session? _session = pool.Rent();
    Pkcs11SecretKey? _derived;
    bool _lost;

    /// <summary>The session to work with.</summary>
    public Pkcs11Session Native
    {
        get
        {
            ObjectDisposedException.ThrowIf(_session is null, this);
            return _session;
        }
    }

    public int Generation => pool.Generation;

    public ISecretKey GetKey(string label)
    {
        try
        {
            return Pkcs11SecretKey.Root(this, label, keys.Find(Native, label));
        }
        catch (Pkcs11Exception e) when (CanRecover(e.Code))
        {
            return Pkcs11SecretKey.Root(this, label, Recover(label, e.Code));
        }
        catch (Pkcs11Exception e)
        {
            throw Failed(e, $"search for key '{label}'");
        }
    }

    public void GenerateRandom(Span<byte> output)
    {
        try
        {
            Native.GenerateRandom(output);
        }
        catch (Pkcs11Exception e) when (Ckr.MeansSessionLost(e.Code) && _derived is null)
        {
            Renew();
            Native.GenerateRandom(output);
        }
        catch (Pkcs11Exception e)
        {
            throw Failed(e, "random bytes");
        }
    }

    public IRsaPrivateKey GetRsaKey(string label)
    {
        try
        {
            var found = new CULong[2];
            var count = Pkcs11RsaKeys.FindByLabel(Native, label, found);
            return count == 1
                ? new Pkcs11RsaKey(this, label, found[0].Value)
                : throw new KeyNotFoundInModuleException(label, pool.TokenName, count, "private RSA key");
        }
        catch (Pkcs11Exception e)
        {
            throw Failed(e, $"search for RSA key '{label}'");
        }
    }

    public RSAParameters GenerateCardKeyPair(int bits, int exponent)
    {
        try
        {
            var (publicKey, privateKey) = Pkcs11RsaKeys.Generate(Native, bits, exponent, label: null);
            try
            {
                return Pkcs11RsaKeys.Read(Native, privateKey);
            }
            finally
            {
                DestroyObject(privateKey);
                DestroyObject(publicKey);
            }
        }
        catch (Pkcs11Exception e)
        {
            throw Failed(e, $"generation of an RSA key pair of {bits} bits");
        }
    }

    /// <summary>Makes a key object of a session object: it is destroyed with this session at the latest.</summary>
    public Pkcs11SecretKey Adopt(nuint handle, KeyAlgorithm algorithm, int length, string origin)
    {
        var key = Pkcs11SecretKey.Derived(this, origin, new KeyEntry(handle, algorithm, length, Generation));
        key.Next = _derived;
        if (_derived is not null)
            _derived.Previous = key;
        return _derived = key;
    }

    /// <summary>Destroys a derived key. Never throws, because Dispose calls it: what cannot be destroyed goes with the session.</summary>
    public void Destroy(Pkcs11SecretKey key)
    {
        if (_session is null)
            return;
        if (key.Previous is not null)
            key.Previous.Next = key.Next;
        else
            _derived = key.Next;
        if (key.Next is not null)
            key.Next.Previous = key.Previous;
        DestroyObject(key.Handle);
    }

    /// <summary>
    /// A key of the token can be found again by its label, and a lost session be replaced, as long as no derived key is lost with it.
    /// </summary>
    public bool CanRecover(nuint code) => Ckr.MeansObjectLost(code) || (Ckr.MeansSessionLost(code) && _derived is null);

    /// <summary>Replaces what was lost, and finds the key again.</summary>
    public KeyEntry Recover(string label, nuint code)
    {
        if (Ckr.MeansSessionLost(code))
            Renew();
        keys.Forget(label);
        return Find(label);
    }

    public KeyEntry Find(string label) => keys.Find(Native, label);

    /// <summary>Notes what a failure says about this session, and names what failed.</summary>
    public Pkcs11Exception Failed(Pkcs11Exception failure, string operation)
    {
        _lost |= Ckr.MeansSessionLost(failure.Code);
        return failure.About($"{operation} in {pool.TokenName}");
    }

    public void Dispose()
    {
        if (_session is not { } session)
            return;
        for (var key = _derived; key is not null && !_lost; key = key.Next)
            DestroyObject(key.Handle);
        _derived = null;
        _session = null;
        pool.Return(session, _lost);
    }

    void Renew()
    {
        // Stays lost if no other session is to be had.
        _lost = true;
        _session = pool.Replace(Native);
        _lost = false;
    }

    void DestroyObject(nuint handle)
    {
        try
        {
            Native.DestroyObject(handle);
        }
        catch (Pkcs11Exception)
        {
            _lost = true;
        }
    }
}
