using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Security;

namespace PersoMesh.CardSimulator.Crypto;

/// <summary>The card's part in dynamic data authentication (EMV Book 2 §6.5.2), with its private key as five numbers.</summary>
sealed class DynamicSignature
{
    const int DynamicNumberLength = 8;
    const int HashLength = 20;
    const byte Format = 0x05;
    const byte Sha1 = 0x01;

    readonly BigInteger _inverseQ;
    readonly BigInteger _dq;
    readonly BigInteger _dp;
    readonly BigInteger _q;
    readonly BigInteger _p;

    /// <summary>Takes the values of data groupings 8201 to 8205.</summary>
    public DynamicSignature(byte[] inverseQ, byte[] dq, byte[] dp, byte[] q, byte[] p) =>
        (_inverseQ, _dq, _dp, _q, _p) = (Number(inverseQ), Number(dq), Number(dp), Number(q), Number(p));

    /// <summary>Signs what the terminal sent, with a fresh dynamic number.</summary>
    public byte[] Sign(byte[] terminalData)
    {
        var length = _p.Multiply(_q).BitLength / 8;
        var number = new byte[DynamicNumberLength];
        new SecureRandom().NextBytes(number);
        byte[] head = [Format, Sha1, DynamicNumberLength + 1, DynamicNumberLength, .. number];
        var padding = new byte[length - head.Length - HashLength - 2];
        padding.AsSpan().Fill(0xBB);
        byte[] signed = [.. head, .. padding];
        return Apply([0x6A, .. signed, .. Hash([.. signed, .. terminalData]), 0xBC], length);
    }

    byte[] Apply(byte[] block, int length)
    {
        var message = Number(block);
        var (left, right) = (message.ModPow(_dp, _p), message.ModPow(_dq, _q));
        var result = right.Add(left.Subtract(right).Multiply(_inverseQ).Mod(_p).Multiply(_q)).ToByteArrayUnsigned();
        return [.. new byte[length - result.Length], .. result];
    }

    static byte[] Hash(byte[] data)
    {
        var digest = new Sha1Digest();
        digest.BlockUpdate(data, 0, data.Length);
        var hash = new byte[HashLength];
        digest.DoFinal(hash, 0);
        return hash;
    }

    static BigInteger Number(byte[] value) => new(1, value);
}
