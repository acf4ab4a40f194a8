using System.Text;

namespace PersoMesh.Pcsc.Native;

/// <summary>How the library spells strings: UTF-8 in pcsc-lite, UTF-16 in the W functions of WinSCard.</summary>
sealed class NativeStrings(Encoding encoding, int unit)
{
    public static NativeStrings PcscLite { get; } = new(Encoding.UTF8, 1);

    public static NativeStrings WinSCard { get; } = new(Encoding.Unicode, 2);

    public static NativeStrings Current => OperatingSystem.IsWindows() ? WinSCard : PcscLite;

    /// <summary>Bytes of a character, in which the functions count lengths.</summary>
    public int Unit => unit;

    /// <summary>A string with its terminating zero.</summary>
    public byte[] Terminated(string text) => encoding.GetBytes(text + '\0');

    /// <summary>Reads a multi-string: strings that each end with a zero, and an empty one as the end.</summary>
    /// <param name="bytes">What the function filled in; what follows the end is ignored, and the end may be missing.</param>
    public IReadOnlyList<string> Split(ReadOnlySpan<byte> bytes)
    {
        var result = new List<string>();
        while (Length(bytes) is > 0 and var length)
        {
            result.Add(encoding.GetString(bytes[..length]));
            bytes = bytes[Math.Min(length + unit, bytes.Length)..];
        }

        return result;
    }

    int Length(ReadOnlySpan<byte> bytes)
    {
        for (var at = 0; at + unit <= bytes.Length; at += unit)
        {
            if (!bytes.Slice(at, unit).ContainsAnyExcept((byte)0))
                return at;
        }

        return bytes.Length - (bytes.Length % unit);
    }
}
