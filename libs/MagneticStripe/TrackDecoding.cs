using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace PersoMesh.MagneticStripe;

/// <summary>
/// Reads the bits of a stripe back, as a reader's head delivers them, and checks the parity of every character, the
/// framing and the LRC. It shares neither arithmetic nor tables with <see cref="TrackEncoding"/> so that it can serve as
/// the check of what was written.
/// </summary>
public static class TrackDecoding
{
    // The code tables in the order of their codes, as printed in ISO/IEC 7811-2 (ALPHA, 64 characters; BCD, 16 characters).
    const string Alpha = """ !"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_""";
    const string Bcd = "0123456789:;<=>?";

    /// <summary>Decodes a track.</summary>
    /// <param name="track">1, 2 or 3.</param>
    /// <param name="bits">
    /// Bits in reading order, the first in the most significant bit of the first byte; clocking zeros may surround the track.
    /// </param>
    /// <param name="bitCount">Number of bits to look at, at most 8 × the bytes given.</param>
    /// <param name="text">The characters with both sentinels, without the LRC. Cardholder data.</param>
    /// <param name="fault">What is wrong; its position counts characters from the start sentinel, which is 1.</param>
    /// <returns>False when the bits are not a sound track.</returns>
    /// <exception cref="ArgumentOutOfRangeException">No such track, or more bits claimed than given.</exception>
    public static bool TryDecode(int track, ReadOnlySpan<byte> bits, int bitCount, [NotNullWhen(true)] out string? text,
        [NotNullWhen(false)] out TrackFault? fault)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bitCount);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bitCount, bits.Length * 8L);
        var width = track switch
        {
            1 => 7,
            2 or 3 => 5,
            _ => throw new ArgumentOutOfRangeException(nameof(track), track, "A magnetic stripe has the tracks 1, 2 and 3."),
        };
        var table = width == 7 ? Alpha : Bcd;
        var capacity = track switch { 1 => 79, 2 => 40, _ => 107 };

        text = null;
        var found = new StringBuilder(capacity);
        Span<int> onesPerColumn = stackalloc int[width - 1];
        var at = SkipClocking(bits, bitCount, 0);
        while (true)
        {
            var position = found.Length + 1;
            var isLrc = found.Length > 1 && found[^1] == '?';
            if (position > capacity)
                return Fail(track, position, $"more than the {capacity} characters that the track holds", out fault);
            if (at + width > bitCount)
                return Fail(track, position, isLrc ? "the bits end before the LRC" : "the bits end before the end sentinel", out fault);

            var code = ReadCharacter(bits.Slice(at / 8), at % 8, onesPerColumn, out var parityIsOdd);
            at += width;
            if (!parityIsOdd)
                return Fail(track, position, "even parity: a bit was read or written wrong", out fault);
            if (isLrc)
                break;
            found.Append(table[code]);
            if (position == 1 && table[code] != (width == 7 ? '%' : ';'))
                return Fail(track, position, "not the start sentinel", out fault);
        }

        foreach (var ones in onesPerColumn)
        {
            if (ones % 2 != 0)
                return Fail(track, found.Length + 1, "the LRC does not match the characters", out fault);
        }

        if (SkipClocking(bits, bitCount, at) < bitCount)
            return Fail(track, found.Length + 2, "bits other than clocking zeros after the LRC", out fault);
        text = found.ToString();
        fault = null;
        return true;
    }

    static int SkipClocking(ReadOnlySpan<byte> bits, int bitCount, int at)
    {
        while (at < bitCount && !IsOne(bits, at))
            at++;
        return at;
    }

    static int ReadCharacter(ReadOnlySpan<byte> bits, int first, Span<int> onesPerColumn, out bool parityIsOdd)
    {
        var (code, weight, ones) = (0, 1, 0);
        for (var column = 0; column < onesPerColumn.Length; column++, weight *= 2)
        {
            if (!IsOne(bits, first + column))
                continue;
            code += weight;
            ones++;
            onesPerColumn[column]++;
        }

        if (IsOne(bits, first + onesPerColumn.Length))
            ones++;
        parityIsOdd = ones % 2 == 1;
        return code;
    }

    static bool IsOne(ReadOnlySpan<byte> bits, int at) => (bits[at / 8] >> (7 - at % 8) & 1) == 1;

    static bool Fail(int track, int position, string reason, out TrackFault fault)
    {
        fault = new(track, position, reason);
        return false;
    }
}
