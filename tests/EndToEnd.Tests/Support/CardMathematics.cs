using System.Numerics;
using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Macs;
using Org.BouncyCastle.Crypto.Parameters;

namespace PersoMesh.EndToEnd.Tests.Support;

/// <summary>
/// What the cards must hold, computed once more from the standards. It uses neither the product's code nor the simulator's: agreement
/// of the three says something.
/// </summary>
static class CardMathematics
{
    const int CheckValueLength = 3;

    /// <summary>A card's EMV master key, EMV 4.3 Book 2 §A1.4.1 (option A). Its parity bits, which DES ignores, are as they come.</summary>
    public static byte[] MasterKeyOptionA(byte[] issuerMasterKey, string pan, string sequence)
    {
        var left = Convert.FromHexString((pan + sequence).PadLeft(16, '0')[^16..]);
        var right = left.Select(b => (byte)~b).ToArray();
        return TripleDes(issuerMasterKey, encrypt: true, [.. left, .. right]);
    }

    /// <summary>The key as it is usually stored: every byte with an odd number of ones.</summary>
    public static byte[] WithOddParity(byte[] key) => [.. key.Select(b => BitOperations.PopCount(b) % 2 == 0 ? (byte)(b ^ 1) : b)];

    /// <summary>Key check value of a triple DES key: three bytes of an enciphered block of zeros.</summary>
    public static string TripleDesCheckValue(byte[] key) =>
        Convert.ToHexString(TripleDes(key, encrypt: true, new byte[8]), 0, CheckValueLength);

    /// <summary>Key check value of an AES key: three bytes of an enciphered block of 01 (GPC 2.3.1 §B.6).</summary>
    public static string AesCheckValue(byte[] key)
    {
        using var aes = Aes.Create();
        aes.Key = key;
        return Convert.ToHexString(aes.EncryptEcb(Enumerable.Repeat((byte)0x01, 16).ToArray(), PaddingMode.None), 0, CheckValueLength);
    }

    /// <summary>The PIN of a PIN block of ISO 9564-1 format 0 that is enciphered under a zone key.</summary>
    public static string Pin(byte[] zoneKey, string enciphered, string pan)
    {
        var block = TripleDes(zoneKey, encrypt: false, Convert.FromHexString(enciphered));
        var account = Convert.FromHexString("0000" + pan[^13..^1]);
        var field = Convert.ToHexString([.. block.Select((b, i) => (byte)(b ^ account[i]))]);
        Assert.Equal('0', field[0]);
        return field.Substring(2, Convert.ToInt32(field[1..2], 16));
    }

    /// <summary>An ISO 9564-1 format 0 PIN block enciphered under a zone key, hexadecimal.</summary>
    public static string EncipheredPinBlock(byte[] zoneKey, string pin, string pan)
    {
        var field = Convert.FromHexString($"0{pin.Length:X}{pin}".PadRight(16, 'F'));
        var account = Convert.FromHexString("0000" + pan[^13..^1]);
        return Convert.ToHexString(TripleDes(zoneKey, encrypt: true, [.. field.Select((b, i) => (byte)(b ^ account[i]))]));
    }

    /// <summary>An AES-128 key diversified by NXP AN10922 §2.2: CMAC over 01 and the diversifier, always padded to two blocks.</summary>
    public static byte[] AesKeyAn10922(byte[] master, byte[] diversifier)
    {
        byte[] message = [0x01, .. diversifier, 0x80, .. new byte[32]];
        message = message[..32];
        // CMAC of two whole blocks would mask the second with K1; AN10922 wants K2, because the message was padded.
        using var aes = Aes.Create();
        aes.Key = master;
        var k1 = Double(aes.EncryptEcb(new byte[16], PaddingMode.None));
        var k2 = Double(k1);
        for (var i = 0; i < 16; i++)
            message[16 + i] ^= (byte)(k1[i] ^ k2[i]);
        var cmac = new CMac(new AesEngine(), 128);
        cmac.Init(new KeyParameter(master));
        cmac.BlockUpdate(message, 0, message.Length);
        var key = new byte[16];
        cmac.DoFinal(key, 0);
        return key;
    }

    // Multiplication by x in GF(2^128), NIST SP 800-38B §6.1.
    static byte[] Double(byte[] block)
    {
        var doubled = new byte[16];
        for (var i = 0; i < 16; i++)
            doubled[i] = (byte)(block[i] << 1 | (i < 15 ? block[i + 1] >> 7 : 0));
        if ((block[0] & 0x80) != 0)
            doubled[15] ^= 0x87;
        return doubled;
    }

    static byte[] TripleDes(byte[] key, bool encrypt, byte[] data)
    {
        using var cipher = TripleDES.Create();
        cipher.Key = [.. key, .. key[..8]];
        return encrypt ? cipher.EncryptEcb(data, PaddingMode.None) : cipher.DecryptEcb(data, PaddingMode.None);
    }
}
