using PersoMesh.CardSimulator.Crypto;

namespace PersoMesh.CardSimulator.SecureChannel;

/// <summary>Derives a card's static keys from the issuer's master key, as the card's manufacturer did before delivery.</summary>
static class KeyDiversifier
{
    public const int DataLength = 10;

    /// <summary>Derives Key-ENC, Key-MAC and Key-DEK.</summary>
    /// <param name="method">How.</param>
    /// <param name="master">16 bytes (DES) or 16, 24 or 32 (AES).</param>
    /// <param name="diversificationData">KDD, 10 bytes: what INITIALIZE UPDATE returns first.</param>
    /// <param name="keyLength">Length of each card key in bytes.</param>
    public static StaticKeys Derive(DiversificationMethod method, byte[] master, byte[] diversificationData, int keyLength) => method switch
    {
        DiversificationMethod.None => new(master, master, master),
        DiversificationMethod.EmvCps => Des(master, diversificationData[4..10]),
        DiversificationMethod.Visa2 => Des(master, [.. diversificationData[0..2], .. diversificationData[4..8]]),
        DiversificationMethod.Kdf3 => Aes(master, diversificationData, keyLength),
        _ => throw new ArgumentOutOfRangeException(nameof(method), method, "Unknown key diversification method."),
    };

    static StaticKeys Des(byte[] master, byte[] chip)
    {
        byte[] Key(byte n) => CardCrypto.TripleDesEcb(encrypt: true, master, [.. chip, 0xF0, n, .. chip, 0x0F, n]);
        return new(Key(1), Key(2), Key(3));
    }

    // GlobalPlatformPro's "KDF3": SP 800-108 in counter mode with a 4-byte label and no length field; each block counts in its first byte.
    static StaticKeys Aes(byte[] master, byte[] diversificationData, int keyLength)
    {
        byte[] Key(byte n)
        {
            var key = new byte[keyLength];
            for (byte block = 1, at = 0; at < keyLength; block++, at += CardCrypto.AesBlock)
            {
                var output = CardCrypto.AesCmac(master, [block, 0, 0, 0, n, 0], diversificationData);
                output.AsSpan(0, Math.Min(CardCrypto.AesBlock, keyLength - at)).CopyTo(key.AsSpan(at));
            }

            return key;
        }

        return new(Key(1), Key(2), Key(3));
    }
}
