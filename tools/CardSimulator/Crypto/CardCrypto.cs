using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Macs;
using Org.BouncyCastle.Crypto.Modes;
using Org.BouncyCastle.Crypto.Paddings;
using Org.BouncyCastle.Crypto.Parameters;

namespace PersoMesh.CardSimulator.Crypto;

/// <summary>The card's cipher engine: BouncyCastle's DES, triple DES and AES behind the few calls the protocols need.</summary>
static class CardCrypto
{
    public const int DesBlock = 8;
    public const int AesBlock = 16;

    public static byte[] TripleDesEcb(bool encrypt, byte[] key, ReadOnlySpan<byte> data) => Ecb(new DesEdeEngine(), encrypt, key, data);

    /// <summary>Triple DES in CBC mode with an initial vector of zeros: the only one that SCP02 uses.</summary>
    public static byte[] TripleDesCbc(bool encrypt, byte[] key, ReadOnlySpan<byte> data) =>
        Cbc(new DesEdeEngine(), encrypt, key, new byte[DesBlock], data);

    public static byte[] DesEcbEncrypt(byte[] key, ReadOnlySpan<byte> block) => Ecb(new DesEngine(), encrypt: true, key, block);

    public static byte[] AesEcbEncrypt(byte[] key, ReadOnlySpan<byte> data) => Ecb(new AesEngine(), encrypt: true, key, data);

    public static byte[] AesCbc(bool encrypt, byte[] key, byte[] iv, ReadOnlySpan<byte> data) =>
        Cbc(new AesEngine(), encrypt, key, iv, data);

    /// <summary>ISO/IEC 9797-1 MAC algorithm 3 with padding method 2: single DES, triple DES in the last block.</summary>
    public static byte[] RetailMac(byte[] key, byte[] icv, params ReadOnlySpan<byte[]> message)
    {
        var mac = new ISO9797Alg3Mac(new DesEngine(), 64, new ISO7816d4Padding());
        mac.Init(new ParametersWithIV(new KeyParameter(key), icv));
        foreach (var part in message)
            mac.BlockUpdate(part, 0, part.Length);
        var result = new byte[DesBlock];
        mac.DoFinal(result, 0);
        return result;
    }

    /// <summary>ISO/IEC 9797-1 MAC algorithm 1 with triple DES and padding method 2: SCP02's cryptograms (GPC 2.3.1 §B.1.2.1).</summary>
    public static byte[] TripleDesMac(byte[] key, ReadOnlySpan<byte> message) =>
        TripleDesCbc(encrypt: true, key, Padding.Add(message, DesBlock))[^DesBlock..];

    /// <summary>AES-CMAC, NIST SP 800-38B, all 16 bytes.</summary>
    public static byte[] AesCmac(byte[] key, params ReadOnlySpan<byte[]> message)
    {
        var mac = new CMac(new AesEngine(), 128);
        mac.Init(new KeyParameter(key));
        foreach (var part in message)
            mac.BlockUpdate(part, 0, part.Length);
        var result = new byte[AesBlock];
        mac.DoFinal(result, 0);
        return result;
    }

    /// <summary>Key check value, GPC 2.3.1 §B.6: 3 bytes, from a block of zeros (DES) or of ones, 01 (AES).</summary>
    public static byte[] KeyCheckValue(KeyType type, byte[] key)
    {
        if (type == KeyType.TripleDes)
            return TripleDesEcb(encrypt: true, key, new byte[DesBlock])[..3];
        var block = new byte[AesBlock];
        block.AsSpan().Fill(0x01);
        return AesEcbEncrypt(key, block)[..3];
    }

    static byte[] Ecb(IBlockCipher cipher, bool encrypt, byte[] key, ReadOnlySpan<byte> data) =>
        Run(cipher, encrypt, new KeyParameter(key), data);

    static byte[] Cbc(IBlockCipher cipher, bool encrypt, byte[] key, byte[] iv, ReadOnlySpan<byte> data) =>
        Run(new CbcBlockCipher(cipher), encrypt, new ParametersWithIV(new KeyParameter(key), iv), data);

    static byte[] Run(IBlockCipher cipher, bool encrypt, ICipherParameters parameters, ReadOnlySpan<byte> data)
    {
        cipher.Init(encrypt, parameters);
        var result = data.ToArray();
        for (var at = 0; at < result.Length; at += cipher.GetBlockSize())
            cipher.ProcessBlock(result, at, result, at);
        return result;
    }
}
