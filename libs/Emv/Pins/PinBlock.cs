using System.Security.Cryptography;
using PersoMesh.Keys;

namespace PersoMesh.Emv;

/// <summary>
/// PIN blocks of ISO 9564-1 formats 0 to 4, in clear and enciphered. A clear block or PIN lies only in buffers that are
/// zeroed before the call returns, except where the caller asked for it.
/// </summary>
public static class PinBlock
{
    /// <summary>Length in bytes of a block: 8, or 16 for format 4.</summary>
    /// <param name="format">The format.</param>
    public static int LengthOf(PinBlockFormat format) => format == PinBlockFormat.Iso4 ? 16 : 8;

    /// <summary>Whether the PAN takes part in a format.</summary>
    /// <param name="format">The format.</param>
    public static bool NeedsPan(PinBlockFormat format) => format is PinBlockFormat.Iso0 or PinBlockFormat.Iso3 or PinBlockFormat.Iso4;

    /// <summary>Encodes a clear block; for format 4 the plain text PIN field, in which the PAN does not yet take part.</summary>
    /// <param name="format">The format.</param>
    /// <param name="pin">The PIN; still owned by the caller.</param>
    /// <param name="pan">The PAN for formats 0 and 3 (at least 13 digits); not used otherwise.</param>
    /// <param name="block">Exactly <see cref="LengthOf"/> bytes; owned by the caller, who zeroes it.</param>
    /// <param name="fillRandom">Fills bytes at random for formats 1, 3 and 4; the platform's generator when null.</param>
    /// <exception cref="ArgumentException">The PAN is missing or too short, or the block has the wrong length.</exception>
    public static void Encode(PinBlockFormat format, Pin pin, Pan? pan, Span<byte> block, Action<Span<byte>>? fillRandom = null)
    {
        ArgumentNullException.ThrowIfNull(pin);
        if (block.Length != LengthOf(format))
            throw new ArgumentException($"A PIN block of {format} has {LengthOf(format)} bytes, the buffer {block.Length}.", nameof(block));

        Span<byte> fill = stackalloc byte[14];
        switch (format)
        {
            case PinBlockFormat.Iso1:
                RandomNibbles.Fill(fill, 16, fillRandom);
                break;
            case PinBlockFormat.Iso3:
                RandomNibbles.Fill(fill, 6, fillRandom);
                foreach (ref var nibble in fill)
                    nibble += 10;
                break;
            default:
                fill.Fill(format == PinBlockFormat.Iso4 ? (byte)0x0A : (byte)0x0F);
                break;
        }

        block[0] = (byte)(((int)format << 4) | pin.Length);
        for (var i = 0; i < 14; i++)
            DecimalDigits.SetNibble(block, 2 + i, i < pin.Length ? pin.Digits[i] : fill[i]);
        if (format == PinBlockFormat.Iso4)
            RandomNibbles.FillRandom(block[8..], fillRandom);
        if (format is PinBlockFormat.Iso0 or PinBlockFormat.Iso3)
            XorPanField(RequirePan(pan, format), block);
    }

    /// <summary>Decodes a clear block; for format 4 the plain text PIN field.</summary>
    /// <param name="format">The format.</param>
    /// <param name="block">Exactly <see cref="LengthOf"/> bytes.</param>
    /// <param name="pan">The PAN for formats 0 and 3 (at least 13 digits); not used otherwise.</param>
    /// <returns>The PIN; disposed by the caller.</returns>
    /// <exception cref="PinBlockException">The block does not hold a PIN in this format.</exception>
    /// <exception cref="ArgumentException">The PAN is missing or too short, or the block has the wrong length.</exception>
    public static Pin Decode(PinBlockFormat format, ReadOnlySpan<byte> block, Pan? pan)
    {
        if (block.Length != LengthOf(format))
            throw new ArgumentException($"A PIN block of {format} has {LengthOf(format)} bytes, got {block.Length}.", nameof(block));
        Span<byte> clear = stackalloc byte[8];
        Span<byte> digits = stackalloc byte[Pin.MaxLength];
        try
        {
            block[..8].CopyTo(clear);
            if (format is PinBlockFormat.Iso0 or PinBlockFormat.Iso3)
                XorPanField(RequirePan(pan, format), clear);
            var length = clear[0] & 0x0F;
            var valid = clear[0] >> 4 == (int)format && length is >= Pin.MinLength and <= Pin.MaxLength;
            for (var i = 0; i < 14; i++)
            {
                var nibble = DecimalDigits.GetNibble(clear, 2 + i);
                if (i >= length)
                    valid &= IsFill(format, nibble);
                else if (i < digits.Length)
                    valid &= (digits[i] = nibble) <= 9;
            }

            return valid ? Pin.FromDigits(digits[..length]) : throw new PinBlockException(format);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(clear);
            CryptographicOperations.ZeroMemory(digits);
        }
    }

    /// <summary>Encodes and enciphers a PIN.</summary>
    /// <param name="format">The format: 4 for AES keys, the others for 3DES keys.</param>
    /// <param name="pin">The PIN; still owned by the caller.</param>
    /// <param name="pan">The PAN for formats 0, 3 (at least 13 digits) and 4; not used otherwise.</param>
    /// <param name="key">The PIN encipherment key.</param>
    /// <param name="enciphered">Receives <see cref="LengthOf"/> bytes; owned by the caller.</param>
    /// <param name="fillRandom">Fills bytes at random for formats 1, 3 and 4; the platform's generator when null.</param>
    /// <exception cref="ArgumentException">
    /// Key and format do not belong together, the PAN is missing or too short, or the buffer has the wrong length.
    /// </exception>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public static void Encipher(
        PinBlockFormat format, Pin pin, Pan? pan, ISecretKey key, Span<byte> enciphered, Action<Span<byte>>? fillRandom = null)
    {
        RequireKey(format, key);
        Span<byte> clear = stackalloc byte[LengthOf(format)];
        try
        {
            Encode(format, pin, pan, clear, fillRandom);
            if (enciphered.Length != clear.Length)
                throw new ArgumentException(
                    $"A PIN block of {format} has {clear.Length} bytes, the buffer {enciphered.Length}.", nameof(enciphered));
            key.EncryptEcb(clear, clear);
            if (format == PinBlockFormat.Iso4)
            {
                XorPanField4(RequirePan(pan, format), clear);
                key.EncryptEcb(clear, clear);
            }

            clear.CopyTo(enciphered);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(clear);
        }
    }

    /// <summary>Deciphers and decodes a PIN.</summary>
    /// <param name="format">The format: 4 for AES keys, the others for 3DES keys.</param>
    /// <param name="enciphered">Exactly <see cref="LengthOf"/> bytes.</param>
    /// <param name="pan">The PAN for formats 0, 3 (at least 13 digits) and 4; not used otherwise.</param>
    /// <param name="key">The PIN encipherment key.</param>
    /// <returns>The PIN; disposed by the caller.</returns>
    /// <exception cref="PinBlockException">What was deciphered does not hold a PIN in this format.</exception>
    /// <exception cref="ArgumentException">
    /// Key and format do not belong together, the PAN is missing or too short, or the block has the wrong length.
    /// </exception>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public static Pin Decipher(PinBlockFormat format, ReadOnlySpan<byte> enciphered, Pan? pan, ISecretKey key)
    {
        RequireKey(format, key);
        Span<byte> clear = stackalloc byte[LengthOf(format)];
        try
        {
            if (enciphered.Length != clear.Length)
                throw new ArgumentException(
                    $"A PIN block of {format} has {clear.Length} bytes, got {enciphered.Length}.", nameof(enciphered));
            key.DecryptEcb(enciphered, clear);
            if (format == PinBlockFormat.Iso4)
            {
                XorPanField4(RequirePan(pan, format), clear);
                key.DecryptEcb(clear, clear);
            }

            return Decode(format, clear, pan);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(clear);
        }
    }

    static void RequireKey(PinBlockFormat format, ISecretKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if ((format == PinBlockFormat.Iso4) != (key.Algorithm == KeyAlgorithm.Aes))
            throw new ArgumentException(
                $"{format} does not go with a key for {key.Algorithm}: format 4 is for AES, formats 0 to 3 for 3DES.", nameof(key));
    }

    static Pan RequirePan(Pan? pan, PinBlockFormat format)
    {
        if (pan is null)
            throw new ArgumentException($"A PIN block of {format} needs the PAN.", nameof(pan));
        if (format != PinBlockFormat.Iso4 && pan.Length < 13)
            throw new ArgumentException($"A PIN block of {format} needs a PAN of at least 13 digits.", nameof(pan));
        return pan;
    }

    static bool IsFill(PinBlockFormat format, byte nibble) => format switch
    {
        PinBlockFormat.Iso1 => true,
        PinBlockFormat.Iso3 => nibble >= 0x0A,
        PinBlockFormat.Iso4 => nibble == 0x0A,
        _ => nibble == 0x0F,
    };

    /// <summary>Four zeros, then the 12 rightmost digits of the PAN without its check digit.</summary>
    static void XorPanField(Pan pan, Span<byte> block)
    {
        var digits = pan.Digits[^13..^1];
        for (var i = 0; i < 12; i++)
            DecimalDigits.SetNibble(block, 4 + i, DecimalDigits.GetNibble(block, 4 + i) ^ digits[i]);
    }

    /// <summary>Number of PAN digits beyond 12, the PAN (left zero filled to 12 digits), zeros (ISO 9564-1).</summary>
    static void XorPanField4(Pan pan, Span<byte> block)
    {
        Span<byte> field = stackalloc byte[16];
        field.Clear();
        DecimalDigits.SetNibble(field, 0, Math.Max(0, pan.Length - 12));
        var start = 1 + Math.Max(0, 12 - pan.Length);
        for (var i = 0; i < pan.Length; i++)
            DecimalDigits.SetNibble(field, start + i, pan.Digits[i]);
        for (var i = 0; i < 16; i++)
            block[i] ^= field[i];
    }
}
