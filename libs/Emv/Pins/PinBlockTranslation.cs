using System.Security.Cryptography;
using PersoMesh.Keys;

namespace PersoMesh.Emv;

/// <summary>A PIN block's key, format and PAN: one side of a translation.</summary>
/// <param name="Format">The format.</param>
/// <param name="Key">
/// The PIN encipherment key of the zone, or the transport key of the personalization record; still owned by the caller.
/// </param>
/// <param name="Pan">The PAN for formats 0, 3 and 4.</param>
public sealed record PinZone(PinBlockFormat Format, ISecretKey Key, Pan? Pan = null)
{
    /// <summary>The format only.</summary>
    public override string ToString() => $"PIN zone, {Format}";
}

/// <summary>
/// Takes a PIN from one zone to another or into a card's reference PIN; the PIN is in clear only in buffers that are zeroed.
/// </summary>
public static class PinBlockTranslation
{
    /// <summary>Re-enciphers a PIN block from one key and format to another, for the same PAN.</summary>
    /// <param name="enciphered">The incoming block.</param>
    /// <param name="from">Its zone.</param>
    /// <param name="to">The zone to translate to.</param>
    /// <param name="destination">Receives the outgoing block: 8 bytes, or 16 for format 4; owned by the caller.</param>
    /// <param name="fillRandom">Fills bytes at random for formats 1, 3 and 4; the platform's generator when null.</param>
    /// <exception cref="PinBlockException">The incoming block does not hold a PIN in its format.</exception>
    /// <exception cref="ArgumentException">A length, PAN or key does not suit a format, or the zones have different PANs.</exception>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public static void Reencipher(
        ReadOnlySpan<byte> enciphered, PinZone from, PinZone to, Span<byte> destination, Action<Span<byte>>? fillRandom = null)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        // Whoever may exchange the PAN of a block can search for its PIN (the reason for the translation rules of ISO 9564-1).
        if (from.Pan is not null && to.Pan is not null && !from.Pan.Equals(to.Pan))
            throw new ArgumentException("A translation must not change the PAN.", nameof(to));
        using var pin = PinBlock.Decipher(from.Format, enciphered, from.Pan, from.Key);
        PinBlock.Encipher(to.Format, pin, to.Pan, to.Key, destination, fillRandom);
    }

    /// <summary>
    /// Encodes the reference PIN of DGI 8010: a clear block of format 1 or 2, whichever the card's application wants
    /// (sources disagree on what EMV CPS says), in 8 bytes, or in 16 with random bytes after it where the card has AES keys.
    /// </summary>
    /// <param name="format">Format 1 or 2.</param>
    /// <param name="pin">The PIN; still owned by the caller.</param>
    /// <param name="value">8 or 16 bytes; owned by the caller, who enciphers and zeroes it.</param>
    /// <param name="fillRandom">Fills bytes at random; the platform's generator when null.</param>
    /// <exception cref="ArgumentException">Another format or length.</exception>
    public static void EncodeReferencePin(PinBlockFormat format, Pin pin, Span<byte> value, Action<Span<byte>>? fillRandom = null)
    {
        if (format is not (PinBlockFormat.Iso1 or PinBlockFormat.Iso2))
            throw new ArgumentException("A reference PIN is a block of format 1 or 2.", nameof(format));
        if (value.Length is not (8 or 16))
            throw new ArgumentException($"DGI 8010 has 8 bytes (DES) or 16 (AES), the buffer {value.Length}.", nameof(value));
        PinBlock.Encode(format, pin, null, value[..8], fillRandom);
        if (value.Length == 16)
            RandomNibbles.FillRandom(value[8..], fillRandom);
    }

    /// <summary>Takes a PIN from a zone into the reference PIN of DGI 8010, enciphered in ECB mode under a transport key.</summary>
    /// <param name="enciphered">The incoming block.</param>
    /// <param name="from">Its zone.</param>
    /// <param name="format">Format 1 or 2, whichever the card's application wants.</param>
    /// <param name="transportKey">The key of the personalization record, or a session's data encryption key.</param>
    /// <param name="destination">8 bytes for a 3DES key, 16 for an AES key; owned by the caller.</param>
    /// <param name="fillRandom">Fills bytes at random; the platform's generator when null.</param>
    /// <exception cref="PinBlockException">The incoming block does not hold a PIN in its format.</exception>
    /// <exception cref="ArgumentException">A length, PAN or key does not suit a format.</exception>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public static void ReencipherReferencePin(
        ReadOnlySpan<byte> enciphered,
        PinZone from,
        PinBlockFormat format,
        ISecretKey transportKey,
        Span<byte> destination,
        Action<Span<byte>>? fillRandom = null)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(transportKey);
        if (destination.Length != (transportKey.Algorithm == KeyAlgorithm.Aes ? 16 : 8))
            throw new ArgumentException($"{destination.Length} bytes are not one block of {transportKey.Algorithm}.", nameof(destination));
        using var pin = PinBlock.Decipher(from.Format, enciphered, from.Pan, from.Key);
        Span<byte> clear = stackalloc byte[destination.Length];
        try
        {
            EncodeReferencePin(format, pin, clear, fillRandom);
            transportKey.EncryptEcb(clear, destination);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(clear);
        }
    }
}
