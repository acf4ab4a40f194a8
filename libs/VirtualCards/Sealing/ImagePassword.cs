using System.Security.Cryptography;

namespace PersoMesh.VirtualCards.Sealing;

/// <summary>
/// The password that opens an image: 20 characters of Crockford's base 32 (100 bits), in groups of four. It is not the card's PIN: four
/// digits protect a card that counts tries, not a file that does not.
/// </summary>
public static class ImagePassword
{
    /// <summary>Characters of a password without the hyphens.</summary>
    public const int Characters = 20;

    const int Group = 4;

    static ReadOnlySpan<byte> Alphabet => "0123456789ABCDEFGHJKMNPQRSTVWXYZ"u8;

    /// <summary>Makes a password: <c>7F3K-…</c>, 24 bytes of ASCII in a new array that the caller zeroes.</summary>
    /// <param name="random">Source of random bytes.</param>
    public static byte[] Generate(RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        Span<byte> bytes = stackalloc byte[Characters];
        random(bytes);
        var password = GC.AllocateUninitializedArray<byte>(Characters + (Characters / Group) - 1, pinned: true);
        password.AsSpan().Fill((byte)'-');
        for (var i = 0; i < Characters; i++)
            password[i + (i / Group)] = Alphabet[bytes[i] & 0x1F];
        CryptographicOperations.ZeroMemory(bytes);
        return password;
    }

    /// <summary>
    /// The key that a password gives. Upper and lower case, hyphens and spaces make no difference, nor do O for 0 and I or L for 1.
    /// </summary>
    internal static void DeriveKey(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, int iterations, Span<byte> key)
    {
        var canonical = new byte[password.Length];
        var length = 0;
        foreach (var character in password)
        {
            var upper = character is >= (byte)'a' and <= (byte)'z' ? (byte)(character - 0x20) : character;
            if (upper is not ((byte)'-' or (byte)' '))
                canonical[length++] = upper switch { (byte)'O' => (byte)'0', (byte)'I' or (byte)'L' => (byte)'1', _ => upper };
        }

        ImageKeys.FromPassword(canonical.AsSpan(0, length), salt, iterations, key);
        CryptographicOperations.ZeroMemory(canonical);
    }
}
