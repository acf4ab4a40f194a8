using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Security;

namespace PersoMesh.CardSimulator.Crypto;

/// <summary>The card's part in dynamic data authentication (EMV Book 2 §6.5.2).</summary>
static class DynamicSignature
{
    const int DynamicNumberLength = 8;
    const int HashLength = 20;
    const byte Format = 0x05;
    const byte Sha1 = 0x01;

    /// <summary>Signs what the terminal sent, with a fresh dynamic number.</summary>
    public static byte[] Sign(CrtPrivateKey key, byte[] terminalData)
    {
        var number = new byte[DynamicNumberLength];
        new SecureRandom().NextBytes(number);
        byte[] head = [Format, Sha1, DynamicNumberLength + 1, DynamicNumberLength, .. number];
        var padding = new byte[key.Length - head.Length - HashLength - 2];
        padding.AsSpan().Fill(0xBB);
        byte[] signed = [.. head, .. padding];
        return key.Apply([0x6A, .. signed, .. Hash([.. signed, .. terminalData]), 0xBC]);
    }

    static byte[] Hash(byte[] data)
    {
        var digest = new Sha1Digest();
        digest.BlockUpdate(data, 0, data.Length);
        var hash = new byte[HashLength];
        digest.DoFinal(hash, 0);
        return hash;
    }
}
