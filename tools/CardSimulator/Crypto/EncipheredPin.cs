namespace PersoMesh.CardSimulator.Crypto;

/// <summary>The card's part in offline enciphered PIN verification (EMV Book 2 §7.2, table 25).</summary>
static class EncipheredPin
{
    /// <summary>Length of the card's unpredictable number in bytes.</summary>
    public const int ChallengeLength = 8;

    const byte Header = 0x7F;
    const int UnpaddedLength = 1 + PinBlock.Length + ChallengeLength;

    /// <summary>Recovers the PIN block: 7F, PIN block, the card's unpredictable number, padding.</summary>
    /// <param name="key">The private key.</param>
    /// <param name="data">What VERIFY brought; as long as the modulus.</param>
    /// <param name="challenge">What the card answered to GET CHALLENGE.</param>
    /// <returns>8 bytes; null when the header or the unpredictable number is wrong.</returns>
    public static byte[]? Recover(CrtPrivateKey key, byte[] data, byte[] challenge)
    {
        if (key.Length < UnpaddedLength)
            return null;
        var plain = key.Apply(data);
        return plain[0] == Header && plain.AsSpan(1 + PinBlock.Length, ChallengeLength).SequenceEqual(challenge)
            ? plain[1..(1 + PinBlock.Length)]
            : null;
    }
}
