using System.Security.Cryptography;
using PersoMesh.Keys;

namespace PersoMesh.Emv;

/// <summary>
/// Derives the key of one card from an issuer master key, PAN and PAN sequence number (EMV 4.3 Book 2 §A1.4). The same
/// derivation serves every issuer master key: application cryptogram, secure messaging for integrity and for
/// confidentiality, dynamic CVC.
/// </summary>
public static class IccMasterKey
{
    /// <summary>Derives the key as an object of the security module; its value never leaves it.</summary>
    /// <param name="issuerMasterKey">A 3DES key for options A and B, an AES key for option C.</param>
    /// <param name="option">The derivation option.</param>
    /// <param name="pan">The application PAN.</param>
    /// <param name="panSequenceNumber">0 to 99; 0 when the card has none (tag 5F34).</param>
    /// <returns>
    /// A 16-byte 3DES key, or an AES key as long as the issuer master key; disposed by the caller. DES parity may be adjusted.
    /// </returns>
    /// <exception cref="ArgumentException">The key's cipher does not suit the option.</exception>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public static ISecretKey DeriveKey(ISecretKey issuerMasterKey, MasterKeyOption option, Pan pan, int panSequenceNumber = 0)
    {
        Span<byte> data = stackalloc byte[32];
        var used = WriteDerivationData(issuerMasterKey, option, pan, panSequenceNumber, data);
        return issuerMasterKey.DeriveEcb(data[..used], issuerMasterKey.Algorithm, LengthOf(issuerMasterKey));
    }

    /// <summary>Derives a 3DES key as an object of the security module for use with the retail MAC, without a session key.</summary>
    /// <param name="issuerMasterKey">A 3DES key.</param>
    /// <param name="option">Option A or B.</param>
    /// <param name="pan">The application PAN.</param>
    /// <param name="panSequenceNumber">0 to 99; 0 when the card has none (tag 5F34).</param>
    /// <returns>The key; disposed by the caller.</returns>
    /// <exception cref="ArgumentException">The key's cipher does not suit the option, or option C.</exception>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public static RetailMacKey DeriveRetailMacKey(ISecretKey issuerMasterKey, MasterKeyOption option, Pan pan, int panSequenceNumber = 0)
    {
        if (option == MasterKeyOption.C)
            throw new ArgumentException("Option C makes an AES key; the retail MAC needs 3DES (option A or B).", nameof(option));
        Span<byte> data = stackalloc byte[16];
        WriteDerivationData(issuerMasterKey, option, pan, panSequenceNumber, data);
        return RetailMacKey.DeriveEcb(issuerMasterKey, data);
    }

    /// <summary>Length in bytes of the ICC master key that an issuer master key makes: 16 for 3DES, its own length for AES.</summary>
    /// <param name="issuerMasterKey">The issuer master key.</param>
    public static int LengthOf(ISecretKey issuerMasterKey)
    {
        ArgumentNullException.ThrowIfNull(issuerMasterKey);
        return issuerMasterKey.Algorithm == KeyAlgorithm.Aes ? issuerMasterKey.Length : 16;
    }

    /// <summary>
    /// Computes the key's value, for the one place where it must leave the security module: to be enciphered at once under a
    /// transport key or a card's data encryption key. DES keys have odd parity (EMV 4.3 Book 2 §A1.4.1).
    /// </summary>
    /// <param name="issuerMasterKey">A 3DES key for options A and B, an AES key for option C.</param>
    /// <param name="option">The derivation option.</param>
    /// <param name="pan">The application PAN.</param>
    /// <param name="panSequenceNumber">0 to 99; 0 when the card has none (tag 5F34).</param>
    /// <param name="destination">Exactly <see cref="LengthOf"/> bytes; owned by the caller, who zeroes it.</param>
    /// <exception cref="ArgumentException">The key's cipher does not suit the option, or the destination has the wrong length.</exception>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public static void ComputeKeyData(
        ISecretKey issuerMasterKey, MasterKeyOption option, Pan pan, int panSequenceNumber, Span<byte> destination)
    {
        var length = LengthOf(issuerMasterKey);
        if (destination.Length != length)
            throw new ArgumentException(
                $"The ICC master key has {length} bytes, the destination {destination.Length}.", nameof(destination));
        Span<byte> data = stackalloc byte[32];
        var used = WriteDerivationData(issuerMasterKey, option, pan, panSequenceNumber, data);
        issuerMasterKey.EncryptEcb(data[..used], data);
        data[..length].CopyTo(destination);
        CryptographicOperations.ZeroMemory(data);
        if (option != MasterKeyOption.C)
            DesParity.SetOdd(destination);
    }

    /// <summary>Writes what is enciphered under the issuer master key: Y‖(Y⊕FF…), or Y alone for AES-128.</summary>
    /// <returns>Bytes written: 16 or 32.</returns>
    internal static int WriteDerivationData(
        ISecretKey issuerMasterKey, MasterKeyOption option, Pan pan, int panSequenceNumber, Span<byte> data)
    {
        ArgumentNullException.ThrowIfNull(issuerMasterKey);
        ArgumentNullException.ThrowIfNull(pan);
        ArgumentOutOfRangeException.ThrowIfNegative(panSequenceNumber);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(panSequenceNumber, 99);
        if ((issuerMasterKey.Algorithm == KeyAlgorithm.Aes) != (option == MasterKeyOption.C))
            throw new ArgumentException($"Option {option} does not work with a key for {issuerMasterKey.Algorithm}.", nameof(option));

        Span<byte> digits = stackalloc byte[Pan.MaxLength + 2];
        pan.Digits.CopyTo(digits);
        digits[pan.Length] = (byte)(panSequenceNumber / 10);
        digits[pan.Length + 1] = (byte)(panSequenceNumber % 10);
        digits = digits[..(pan.Length + 2)];

        if (option == MasterKeyOption.C)
        {
            PackRight(digits, data[..16]);
            if (issuerMasterKey.Length == 16)
                return 16;
            // §A1.4.3 prints eight FF bytes for a 16-byte Y*, as in option A; implementations complement all sixteen.
            Complement(data[..16], data[16..32]);
            return 32;
        }

        if (option == MasterKeyOption.B && pan.Length > 16)
            SelectFromHash(digits, data[..8]);
        else
            PackRight(digits, data[..8]);
        Complement(data[..8], data[8..16]);
        return 16;
    }

    /// <summary>Step 3 of §A1.4.2: sixteen decimal digits out of a hash result.</summary>
    internal static void SelectSixteenDigits(ReadOnlySpan<byte> hash, Span<byte> y)
    {
        Span<byte> selected = stackalloc byte[16];
        DecimalDigits.Select(hash, selected);
        PackRight(selected, y);
    }

    static void SelectFromHash(ReadOnlySpan<byte> digits, Span<byte> y)
    {
        Span<byte> message = stackalloc byte[(digits.Length + 1) / 2];
        PackRight(digits, message);
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
        SHA1.HashData(message, hash);
        SelectSixteenDigits(hash, y);
    }

    /// <summary>Packs two digits a byte, right justified, left zero filled; digits that do not fit are dropped on the left.</summary>
    static void PackRight(ReadOnlySpan<byte> digits, Span<byte> packed)
    {
        packed.Clear();
        var nibbles = packed.Length * 2;
        for (var i = 1; i <= Math.Min(digits.Length, nibbles); i++)
            DecimalDigits.SetNibble(packed, nibbles - i, digits[^i]);
    }

    static void Complement(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        for (var i = 0; i < source.Length; i++)
            destination[i] = (byte)~source[i];
    }
}
