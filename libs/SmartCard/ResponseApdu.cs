using System.Diagnostics.CodeAnalysis;

namespace PersoMesh.SmartCard;

/// <summary>A response APDU of ISO/IEC 7816-4 §5.1: response data and the status word. Immutable.</summary>
public sealed class ResponseApdu
{
    /// <summary>Creates a response.</summary>
    /// <param name="data">Response data; not copied.</param>
    /// <param name="statusWord">SW1 in the high byte, SW2 in the low byte.</param>
    public ResponseApdu(ReadOnlyMemory<byte> data, ushort statusWord) => (Data, StatusWord) = (data, statusWord);

    /// <summary>Response data without the status word.</summary>
    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>SW1‖SW2.</summary>
    public ushort StatusWord { get; }

    /// <summary>True for 9000.</summary>
    public bool IsSuccess => StatusWord == 0x9000;

    /// <summary>Splits an encoded response.</summary>
    /// <param name="encoded">Response data followed by two status bytes; not copied.</param>
    /// <param name="response">The response.</param>
    /// <returns>False when fewer than two bytes were given.</returns>
    public static bool TryParse(ReadOnlyMemory<byte> encoded, [NotNullWhen(true)] out ResponseApdu? response)
    {
        if (encoded.Length < 2)
        {
            response = null;
            return false;
        }

        var end = encoded.Span[^2..];
        response = new ResponseApdu(encoded[..^2], (ushort)((end[0] << 8) | end[1]));
        return true;
    }

    /// <summary>Splits an encoded response like <see cref="TryParse"/>.</summary>
    /// <param name="encoded">Response data followed by two status bytes; not copied.</param>
    /// <exception cref="CardDataException">Fewer than two bytes were given.</exception>
    public static ResponseApdu Parse(ReadOnlyMemory<byte> encoded) => TryParse(encoded, out var response)
        ? response
        : throw new CardDataException("response APDU", encoded.Length, "shorter than the two status bytes");

    /// <summary>The encoded response: data, SW1, SW2.</summary>
    public byte[] ToArray() => [.. Data.Span, (byte)(StatusWord >> 8), (byte)StatusWord];

    /// <summary>Length and status word, no data.</summary>
    public override string ToString() => $"{Data.Length} bytes, SW {StatusWord:X4}";
}
