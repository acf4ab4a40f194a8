using System.Security.Cryptography;
using PersoMesh.Keys;

namespace PersoMesh.Emv;

/// <summary>
/// The key that makes ARQC, TC and AAC and the issuer's answer, the ARPC (EMV 4.3 Book 2 §8): normally a session key,
/// in some schemes the ICC master key itself. 3DES with the retail MAC, or AES with CMAC.
/// </summary>
/// <remarks>Not thread-safe; owns the keys of the security module that it was derived as.</remarks>
public sealed class ApplicationCryptogramKey : IDisposable
{
    readonly RetailMacKey? _des;
    readonly ISecretKey? _aes;

    /// <summary>Takes a 3DES key.</summary>
    /// <param name="key">Owned from now on.</param>
    public ApplicationCryptogramKey(RetailMacKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        _des = key;
    }

    /// <summary>Takes an AES key.</summary>
    /// <param name="key">Owned from now on.</param>
    /// <exception cref="ArgumentException">Not an AES key: 3DES needs a <see cref="RetailMacKey"/>.</exception>
    public ApplicationCryptogramKey(ISecretKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.Algorithm != KeyAlgorithm.Aes)
            throw new ArgumentException("A 3DES application cryptogram key must be a RetailMacKey.", nameof(key));
        _aes = key;
    }

    /// <summary>Derives the session key for a transaction (§A1.3.1 with R = ATC).</summary>
    /// <param name="iccMasterKey">The card's application cryptogram master key.</param>
    /// <param name="atc">Application transaction counter (tag 9F36).</param>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public static ApplicationCryptogramKey DeriveSession(ISecretKey iccMasterKey, ushort atc)
    {
        ArgumentNullException.ThrowIfNull(iccMasterKey);
        Span<byte> r = stackalloc byte[iccMasterKey.Algorithm == KeyAlgorithm.Aes ? 16 : 8];
        CommonSessionKey.WriteDiversificationData(atc, r);
        return DeriveSession(iccMasterKey, r);
    }

    /// <summary>Derives the session key from any diversification data (§A1.3.1).</summary>
    /// <param name="iccMasterKey">The card's application cryptogram master key.</param>
    /// <param name="r">8 bytes for 3DES, 16 for AES.</param>
    /// <exception cref="ArgumentException">R has the wrong length.</exception>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public static ApplicationCryptogramKey DeriveSession(ISecretKey iccMasterKey, ReadOnlySpan<byte> r)
    {
        ArgumentNullException.ThrowIfNull(iccMasterKey);
        return iccMasterKey.Algorithm == KeyAlgorithm.Aes
            ? new ApplicationCryptogramKey(CommonSessionKey.DeriveKey(iccMasterKey, r))
            : new ApplicationCryptogramKey(CommonSessionKey.DeriveRetailMacKey(iccMasterKey, r));
    }

    /// <summary>Derives the ICC master key itself for use without a session key.</summary>
    /// <param name="issuerMasterKey">The issuer's application cryptogram master key.</param>
    /// <param name="option">The derivation option.</param>
    /// <param name="pan">The application PAN.</param>
    /// <param name="panSequenceNumber">0 to 99; 0 when the card has none.</param>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public static ApplicationCryptogramKey DeriveStatic(
        ISecretKey issuerMasterKey, MasterKeyOption option, Pan pan, int panSequenceNumber = 0) =>
        option == MasterKeyOption.C
            ? new ApplicationCryptogramKey(IccMasterKey.DeriveKey(issuerMasterKey, option, pan, panSequenceNumber))
            : new ApplicationCryptogramKey(IccMasterKey.DeriveRetailMacKey(issuerMasterKey, option, pan, panSequenceNumber));

    /// <summary>Computes an application cryptogram: ARQC, TC or AAC (§8.1.2).</summary>
    /// <param name="data">The data that the scheme selects (§8.1.1), any length.</param>
    /// <param name="cryptogram">Receives 8 bytes; owned by the caller.</param>
    /// <param name="padding">For 3DES; AES uses CMAC, which has its own padding.</param>
    /// <exception cref="ArgumentException">The destination has not 8 bytes.</exception>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public void ComputeCryptogram(ReadOnlySpan<byte> data, Span<byte> cryptogram, CryptogramPadding padding = CryptogramPadding.Method2)
    {
        Require(cryptogram.Length, 8, nameof(cryptogram));
        ComputeMac(data, cryptogram, padding);
    }

    /// <summary>Computes the ARPC by method 1 (§8.2.1).</summary>
    /// <param name="arqc">8 bytes.</param>
    /// <param name="responseCode">2 bytes, the authorisation response code (tag 8A) or the scheme's ARPC response code.</param>
    /// <param name="arpc">Receives 8 bytes; owned by the caller.</param>
    /// <exception cref="ArgumentException">A length is wrong.</exception>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public void ComputeArpcMethod1(ReadOnlySpan<byte> arqc, ReadOnlySpan<byte> responseCode, Span<byte> arpc)
    {
        Require(arqc.Length, 8, nameof(arqc));
        Require(responseCode.Length, 2, nameof(responseCode));
        Require(arpc.Length, 8, nameof(arpc));
        Span<byte> y = stackalloc byte[_aes is null ? 8 : 16];
        y.Clear();
        arqc.CopyTo(y);
        y[0] ^= responseCode[0];
        y[1] ^= responseCode[1];
        (_aes ?? _des!.Full).EncryptEcb(y, y);
        y[..8].CopyTo(arpc);
    }

    /// <summary>Computes the ARPC by method 2 (§8.2.2).</summary>
    /// <param name="arqc">8 bytes.</param>
    /// <param name="cardStatusUpdate">4 bytes.</param>
    /// <param name="proprietaryData">Proprietary authentication data, 0 to 8 bytes.</param>
    /// <param name="arpc">Receives 4 bytes; owned by the caller.</param>
    /// <exception cref="ArgumentException">A length is wrong.</exception>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public void ComputeArpcMethod2(
        ReadOnlySpan<byte> arqc, ReadOnlySpan<byte> cardStatusUpdate, ReadOnlySpan<byte> proprietaryData, Span<byte> arpc)
    {
        Require(arqc.Length, 8, nameof(arqc));
        Require(cardStatusUpdate.Length, 4, nameof(cardStatusUpdate));
        Require(arpc.Length, 4, nameof(arpc));
        if (proprietaryData.Length > 8)
            throw new ArgumentException(
                $"Proprietary authentication data has 0 to 8 bytes, got {proprietaryData.Length}.", nameof(proprietaryData));
        Span<byte> y = stackalloc byte[20];
        arqc.CopyTo(y);
        cardStatusUpdate.CopyTo(y[8..]);
        proprietaryData.CopyTo(y[12..]);
        ComputeMac(y[..(12 + proprietaryData.Length)], arpc, CryptogramPadding.Method2);
    }

    /// <summary>Destroys the derived keys.</summary>
    public void Dispose()
    {
        _des?.Dispose();
        _aes?.Dispose();
    }

    void ComputeMac(ReadOnlySpan<byte> data, Span<byte> mac, CryptogramPadding padding)
    {
        Span<byte> full = stackalloc byte[16];
        if (_aes is not null)
        {
            _aes.Cmac(data, full);
        }
        else
        {
            PaddedRetailMac.Compute(_des!, data, padding, full[..8]);
        }

        full[..mac.Length].CopyTo(mac);
        CryptographicOperations.ZeroMemory(full);
    }

    static void Require(int actual, int expected, string name)
    {
        if (actual != expected)
            throw new ArgumentException($"Expected {expected} bytes, got {actual}.", name);
    }
}
