using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace PersoMesh.MagneticStripe;

/// <summary>
/// Turns the text of a track into the bits on the stripe, as ISO/IEC 7811-2 and -6 code them: each character's data bits
/// with the least significant first, then a parity bit that makes its number of ones odd; after the end sentinel the LRC.
/// </summary>
public static class TrackEncoding
{
    /// <summary>Encodes the text of a track.</summary>
    /// <param name="track">1, 2 or 3.</param>
    /// <param name="text">The track's characters, either with both sentinels or with none (they are then added), never with an LRC.</param>
    /// <exception cref="ArgumentOutOfRangeException">A card has no such track.</exception>
    /// <exception cref="TrackException">The track cannot hold this text; says where and why, not what stands there.</exception>
    public static EncodedTrack Encode(int track, ReadOnlySpan<char> text) =>
        TryEncode(track, text, out var encoded, out var fault) ? encoded : throw new TrackException(fault);

    /// <summary>Encodes the text of a track, or says why it cannot be.</summary>
    /// <param name="track">1, 2 or 3.</param>
    /// <param name="text">As for <see cref="Encode"/>.</param>
    /// <param name="encoded">The result.</param>
    /// <param name="fault">Where and why not.</param>
    /// <returns>False for a text that does not fit the track.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A card has no such track.</exception>
    public static bool TryEncode(int track, ReadOnlySpan<char> text, [NotNullWhen(true)] out EncodedTrack? encoded,
        [NotNullWhen(false)] out TrackFault? fault)
    {
        var format = TrackFormat.Of(track);
        encoded = null;
        fault = StripSentinels(format, ref text) ?? Check(format, text);
        if (fault is null)
            encoded = Write(format, $"{format.StartSentinel}{text}{TrackFormat.EndSentinel}");
        return fault is null;
    }

    static TrackFault? StripSentinels(TrackFormat format, ref ReadOnlySpan<char> text)
    {
        var starts = text.StartsWith([format.StartSentinel]);
        var ends = text.Length > (starts ? 1 : 0) && text[^1] == TrackFormat.EndSentinel;
        if (starts && !ends)
            return new(format.Number, text.Length + 1, "the end sentinel is missing although the start sentinel is given");
        if (ends && !starts)
            return new(format.Number, 1, "the start sentinel is missing although the end sentinel is given");
        if (starts)
            text = text[1..^1];
        return null;
    }

    static TrackFault? Check(TrackFormat format, ReadOnlySpan<char> data)
    {
        // Both sentinels and the LRC count.
        if (data.Length + 3 > format.MaxCharacters)
        {
            return new(format.Number, Position: null,
                $"{data.Length + 3} characters with sentinels and LRC, the track holds {format.MaxCharacters}");
        }

        var bad = data.IndexOfAnyExcept(format.DataCharacters);
        return bad < 0 ? null : new(format.Number, bad + 2, "not a character that the track can carry as data (ISO/IEC 7811-2)");
    }

    static EncodedTrack Write(TrackFormat format, string framed)
    {
        var bitCount = (framed.Length + 1) * (format.DataBits + 1);
        var bits = new byte[(bitCount + 7) / 8];
        var lrc = 0;
        var at = 0;
        foreach (var character in framed)
        {
            var code = character - format.CodeOffset;
            lrc ^= code;
            at = WriteCharacter(bits, at, code, format.DataBits);
        }

        WriteCharacter(bits, at, lrc, format.DataBits);
        return new EncodedTrack(format, bits, bitCount, (byte)lrc, framed);
    }

    static int WriteCharacter(Span<byte> bits, int at, int code, int dataBits)
    {
        var parity = (BitOperations.PopCount((uint)code) & 1) ^ 1;
        var withParity = code | parity << dataBits;
        for (var i = 0; i <= dataBits; i++, at++)
            bits[at / 8] |= (byte)((withParity >> i & 1) << (7 - at % 8));
        return at;
    }
}
