using System.Security.Cryptography;

namespace PersoMesh.CardSimulator.Tests;

/// <summary>
/// A small host written for these tests from GPC 2.3.1 appendix E and Amendment D, on .NET's own ciphers: neither the product's host side
/// nor the simulator's engines. The published sessions (PublishedScp02Tests, PublishedScp03Tests) keep it honest: host and card could
/// otherwise share an error.
/// </summary>
abstract class TestHost(SimulatedCard card)
{
    protected static readonly byte[] HostChallenge = [1, 2, 3, 4, 5, 6, 7, 8];

    public SimulatedCard Card { get; } = card;

    public int Level { get; protected set; }

    public byte[] InitializeUpdateResponse { get; protected set; } = [];

    /// <summary>INITIALIZE UPDATE and key derivation.</summary>
    public abstract string Initialize(byte kvn = 0);

    /// <summary>EXTERNAL AUTHENTICATE; returns the status word.</summary>
    public abstract string Authenticate(int level, bool wrongCryptogram = false);

    /// <summary>Wraps, transmits and unwraps; returns response data and status word.</summary>
    public string Send(string plain)
    {
        var apdu = Hex.Bytes(plain);
        var data = apdu.Length > 5 ? apdu[5..(5 + apdu[4])] : [];
        return Unwrap(Card.Transmit(Wrap(apdu[..4], data)));
    }

    /// <summary>Cuts data into STORE DATA commands.</summary>
    /// <returns>The status words, joined by blanks.</returns>
    public string StoreData(string dgis, int p1 = 0x00, bool last = true, int size = 200, byte firstBlock = 0)
    {
        var blocks = Hex.Bytes(dgis).Chunk(size).ToArray();
        return string.Join(' ', blocks.Select((block, i) =>
        {
            var isLast = last && i == blocks.Length - 1;
            return Send($"80E2{p1 | (isLast ? 0x80 : 0):X2}{(byte)(firstBlock + i):X2}{block.Length:X2}{Convert.ToHexString(block)}");
        }));
    }

    /// <summary>Encrypts a secret as the card's DEK asks.</summary>
    public abstract string Encrypt(string secret);

    public static string Dgi(int dgi, string value) => value.Length / 2 < 255
        ? $"{dgi:X4}{value.Length / 2:X2}{value}"
        : $"{dgi:X4}FF{value.Length / 2:X4}{value}";

    public abstract byte[] Wrap(byte[] header, byte[] data);

    public abstract string Unwrap(byte[] response);

    protected static byte[] Pad(byte[] data, int block)
    {
        var padded = new byte[(data.Length / block + 1) * block];
        data.CopyTo(padded, 0);
        padded[data.Length] = 0x80;
        return padded;
    }
}

sealed class TestHost02(SimulatedCard card, byte[] enc, byte[] mac, byte[] dek) : TestHost(card)
{
    byte[] _enc = [];
    byte[] _mac = [];
    byte[] _rmac = [];
    byte[] _dek = [];
    byte[] _hostCryptogram = [];
    byte[] _icv = new byte[8];
    byte[] _responseIcv = [];
    byte[] _lastCommand = [];

    public override string Initialize(byte kvn = 0)
    {
        var response = Card.Transmit([0x80, 0x50, kvn, 0, 8, .. HostChallenge, 0]);
        if (response.Length == 2)
            return Convert.ToHexString(response);
        UseSession(response[..^2], HostChallenge);
        return "9000";
    }

    /// <summary>Joins a session that was opened with published bytes.</summary>
    public void UseSession(byte[] initializeUpdateResponse, byte[] hostChallenge, byte[] lastMac, int level)
    {
        UseSession(initializeUpdateResponse, hostChallenge);
        (_icv, _responseIcv, Level) = (lastMac, lastMac, level);
    }

    void UseSession(byte[] initializeUpdateResponse, byte[] hostChallenge)
    {
        InitializeUpdateResponse = initializeUpdateResponse;
        var counter = initializeUpdateResponse[12..14];
        byte[] Session(byte[] key, byte low) => Cbc(key, [0x01, low, .. counter, .. new byte[12]]);
        (_enc, _mac, _rmac, _dek) = (Session(enc, 0x82), Session(mac, 0x01), Session(mac, 0x02), Session(dek, 0x81));
        Assert.Equal(Cbc(_enc, Pad([.. hostChallenge, .. initializeUpdateResponse[12..20]], 8))[^8..], initializeUpdateResponse[20..28]);
        _hostCryptogram = Cbc(_enc, Pad([.. initializeUpdateResponse[12..20], .. hostChallenge], 8))[^8..];
    }

    public override string Authenticate(int level, bool wrongCryptogram = false)
    {
        byte[] cryptogram = [.. _hostCryptogram];
        if (wrongCryptogram)
            cryptogram[0] ^= 1;
        _icv = RetailMac(_mac, new byte[8], [0x84, 0x82, (byte)level, 0, 0x10, .. cryptogram]);
        _responseIcv = _icv;
        Level = level;
        return Convert.ToHexString(Card.Transmit([0x84, 0x82, (byte)level, 0, 0x10, .. cryptogram, .. _icv]));
    }

    public override byte[] Wrap(byte[] header, byte[] data)
    {
        _lastCommand = [.. header, (byte)data.Length, .. data];
        if ((Level & 1) == 0)
            return data.Length > 0 ? [.. header, (byte)data.Length, .. data] : header;
        byte[] head = [(byte)(header[0] | 4), header[1], header[2], header[3]];
        _icv = RetailMac(_mac, Single(_mac, _icv), [.. head, (byte)(data.Length + 8), .. data]);
        if ((Level & 2) != 0 && data.Length > 0)
            data = Cbc(_enc, Pad(data, 8));
        return [.. head, (byte)(data.Length + 8), .. data, .. _icv, 0];
    }

    public override string Unwrap(byte[] response)
    {
        var status = response[^2..];
        var ok = status[0] is 0x90 or 0x62 or 0x63;
        if ((Level & 0x10) == 0)
            return Convert.ToHexString(response);
        var data = ok ? response[..^10] : [];
        _responseIcv = RetailMac(_rmac, _responseIcv, [.. _lastCommand, (byte)data.Length, .. data, .. status]);
        if (ok)
            Assert.Equal(_responseIcv, response[^10..^2]);
        return Convert.ToHexString([.. data, .. status]);
    }

    public override string Encrypt(string secret)
    {
        using var des = Tdes(_dek);
        return Convert.ToHexString(des.EncryptEcb(Hex.Bytes(secret), PaddingMode.None));
    }

    static byte[] RetailMac(byte[] key, byte[] icv, byte[] message)
    {
        using var single = Des(key[..8]);
        var blocks = single.EncryptCbc(Pad(message, 8), icv, PaddingMode.None);
        using var second = Des(key[8..]);
        return single.EncryptEcb(second.DecryptEcb(blocks[^8..], PaddingMode.None), PaddingMode.None);
    }

    static byte[] Single(byte[] key, byte[] block)
    {
        using var des = Des(key[..8]);
        return des.EncryptEcb(block, PaddingMode.None);
    }

    static byte[] Cbc(byte[] key, byte[] data)
    {
        using var des = Tdes(key);
        return des.EncryptCbc(data, new byte[8], PaddingMode.None);
    }

    static DES Des(byte[] key)
    {
        var des = DES.Create();
        des.Key = key;
        return des;
    }

    static TripleDES Tdes(byte[] key)
    {
        var des = TripleDES.Create();
        des.Key = [.. key, .. key[..8]];
        return des;
    }
}

sealed class TestHost03(SimulatedCard card, byte[] enc, byte[] mac, byte[] dek, bool isLong = false) : TestHost(card)
{
    readonly int _macLength = isLong ? 16 : 8;
    byte[] _enc = [];
    byte[] _mac = [];
    byte[] _rmac = [];
    byte[] _hostCryptogram = [];
    byte[] _chain = new byte[16];
    int _counter;

    public override string Initialize(byte kvn = 0)
    {
        byte[] challenge = isLong ? [.. HostChallenge, .. HostChallenge] : HostChallenge;
        var response = Card.Transmit([0x80, 0x50, kvn, 0, (byte)challenge.Length, .. challenge, 0]);
        if (response.Length == 2)
            return Convert.ToHexString(response);
        InitializeUpdateResponse = response[..^2];
        byte[] context = [.. challenge, .. response[13..(13 + _macLength)]];
        (_enc, _mac, _rmac) = (Kdf(enc, 4, enc.Length, context), Kdf(mac, 6, enc.Length, context), Kdf(mac, 7, enc.Length, context));
        Assert.Equal(Kdf(_mac, 0, _macLength, context), response[(13 + _macLength)..(13 + 2 * _macLength)]);
        _hostCryptogram = Kdf(_mac, 1, _macLength, context);
        return "9000";
    }

    public override string Authenticate(int level, bool wrongCryptogram = false)
    {
        byte[] cryptogram = [.. _hostCryptogram];
        if (wrongCryptogram)
            cryptogram[0] ^= 1;
        (_chain, _counter, Level) = (new byte[16], 0, 1);
        var command = Wrap([0x80, 0x82, (byte)level, 0], cryptogram)[..^1];
        _counter = 0;
        Level = level;
        return Convert.ToHexString(Card.Transmit(command));
    }

    public override byte[] Wrap(byte[] header, byte[] data)
    {
        _counter++;
        if ((Level & 1) == 0)
            return data.Length > 0 ? [.. header, (byte)data.Length, .. data] : header;
        if ((Level & 2) != 0 && data.Length > 0)
            data = Cbc(_enc, Icv(0), Pad(data, 16), encrypt: true);
        byte[] head = [(byte)(header[0] | 4), header[1], header[2], header[3], (byte)(data.Length + _macLength)];
        _chain = Cmac(_mac, [.. _chain, .. head, .. data]);
        return [.. head, .. data, .. _chain[.._macLength], 0];
    }

    /// <summary>C-MAC in the extended form.</summary>
    public byte[] WrapExtended(byte[] header, byte[] data)
    {
        byte[] head = [(byte)(header[0] | 4), header[1], header[2], header[3], 0, (byte)(data.Length + 8 >> 8), (byte)(data.Length + 8)];
        _chain = Cmac(_mac, [.. _chain, .. head, .. data]);
        return [.. head, .. data, .. _chain[..8], 0, 0];
    }

    public override string Unwrap(byte[] response)
    {
        var status = response[^2..];
        if ((Level & 0x10) == 0 || status[0] is not (0x90 or 0x62 or 0x63))
            return Convert.ToHexString(response);
        var data = response[..^(2 + _macLength)];
        Assert.Equal(Cmac(_rmac, [.. _chain, .. data, .. status])[.._macLength], response[^(2 + _macLength)..^2]);
        if ((Level & 0x20) != 0 && data.Length > 0)
        {
            data = Cbc(_enc, Icv(0x80), data, encrypt: false);
            data = data[..Array.LastIndexOf(data, (byte)0x80)];
        }

        return Convert.ToHexString([.. data, .. status]);
    }

    public override string Encrypt(string secret) => Convert.ToHexString(Cbc(dek, new byte[16], Hex.Bytes(secret), encrypt: true));

    byte[] Icv(byte top)
    {
        using var aes = NewAes(_enc);
        return aes.EncryptEcb([top, .. new byte[13], (byte)(_counter >> 8), (byte)_counter], PaddingMode.None);
    }

    static byte[] Kdf(byte[] key, byte constant, int length, byte[] context)
    {
        byte[] result = [];
        for (byte i = 1; result.Length < length; i++)
            result = [.. result, .. Cmac(key, [.. new byte[11], constant, 0, (byte)(length * 8 >> 8), (byte)(length * 8), i, .. context])];
        return result[..length];
    }

    // NIST SP 800-38B.
    static byte[] Cmac(byte[] key, byte[] message)
    {
        using var aes = NewAes(key);
        var subkey = Double(aes.EncryptEcb(new byte[16], PaddingMode.None));
        var isWhole = message.Length > 0 && message.Length % 16 == 0;
        var input = isWhole ? [.. message] : Pad(message, 16);
        if (!isWhole)
            subkey = Double(subkey);
        for (var i = 0; i < 16; i++)
            input[input.Length - 16 + i] ^= subkey[i];
        return aes.EncryptCbc(input, new byte[16], PaddingMode.None)[^16..];
    }

    static byte[] Double(byte[] block)
    {
        var result = new byte[16];
        for (var i = 0; i < 16; i++)
            result[i] = (byte)(block[i] << 1 | (i < 15 ? block[i + 1] >> 7 : 0));
        if ((block[0] & 0x80) != 0)
            result[15] ^= 0x87;
        return result;
    }

    static byte[] Cbc(byte[] key, byte[] iv, byte[] data, bool encrypt)
    {
        using var aes = NewAes(key);
        return encrypt ? aes.EncryptCbc(data, iv, PaddingMode.None) : aes.DecryptCbc(data, iv, PaddingMode.None);
    }

    static Aes NewAes(byte[] key)
    {
        var aes = Aes.Create();
        aes.Key = key;
        return aes;
    }
}
