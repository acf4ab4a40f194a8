using System.Buffers.Binary;
using PersoMesh.CardSimulator.Crypto;
using PersoMesh.CardSimulator.Persistence;

namespace PersoMesh.CardSimulator.SecureChannel;

/// <summary>Secure Channel Protocol '03', card side (GPC Amendment D v1.1.1; S16 mode as of v1.2).</summary>
sealed class Scp03Card : CardChannel
{
    /// <summary>Highest value of the 3-byte sequence counter.</summary>
    public const int LastSequenceCounter = 0xFFFFFF;

    const int LongMacs = 0x01;
    const int PseudoRandomChallenge = 0x10;
    const int ResponseMacSupport = 0x20;
    const int ResponseEncryptionSupport = 0x40;
    readonly byte _options;
    readonly int _macLength;
    readonly byte[] _encKey;
    readonly byte[] _macKey;
    readonly byte[] _responseMacKey;
    readonly byte[] _hostCryptogram;
    byte[] _chain = new byte[CardCrypto.AesBlock];
    int _encryptionCounter;

    public Scp03Card(
        KeySetState keySet, byte options, byte[] diversificationData, byte[] aid, byte[] hostChallenge, ChallengeSource challenge)
        : base(keySet)
    {
        _options = options;
        _macLength = MacLength(options);
        byte[] counter = [(byte)(keySet.Counter >> 16), (byte)(keySet.Counter >> 8), (byte)keySet.Counter];
        var isPseudoRandom = (options & PseudoRandomChallenge) != 0;
        var cardChallenge = new byte[_macLength];
        if (isPseudoRandom)
            cardChallenge = Derive(keySet.Keys.Enc, 0x02, _macLength, counter, aid);
        else
            challenge(cardChallenge);
        var keyLength = keySet.Keys.Enc.Length;
        _encKey = Derive(keySet.Keys.Enc, 0x04, keyLength, hostChallenge, cardChallenge);
        _macKey = Derive(keySet.Keys.Mac, 0x06, keyLength, hostChallenge, cardChallenge);
        _responseMacKey = Derive(keySet.Keys.Mac, 0x07, keyLength, hostChallenge, cardChallenge);
        var cardCryptogram = Derive(_macKey, 0x00, _macLength, hostChallenge, cardChallenge);
        _hostCryptogram = Derive(_macKey, 0x01, _macLength, hostChallenge, cardChallenge);
        InitializeUpdateResponse =
        [
            .. diversificationData, keySet.Version, 0x03, options, .. cardChallenge, .. cardCryptogram, .. isPseudoRandom ? counter : [],
        ];
    }

    public override int DekBlock => CardCrypto.AesBlock;

    /// <summary>Length of challenges, cryptograms and MACs in bytes: 8 (S8 mode) or 16 (S16 mode).</summary>
    public static int MacLength(byte options) => (options & LongMacs) != 0 ? 16 : 8;

    // Amendment D §7.1.2.4.
    public override bool Allows(SecurityLevel level) => (int)level switch
    {
        0x00 or 0x01 or 0x03 => true,
        0x11 or 0x13 => (_options & ResponseMacSupport) != 0,
        0x33 => (_options & ResponseMacSupport) != 0 && (_options & ResponseEncryptionSupport) != 0,
        _ => false,
    };

    // §6.2.8: the static key, for there is no session DEK.
    public override byte[] DecryptSensitive(ReadOnlySpan<byte> data) =>
        CardCrypto.AesCbc(encrypt: false, KeySet.Keys.Dek, new byte[CardCrypto.AesBlock], data);

    protected override ushort VerifyHost(in CardCommand externalAuthenticate)
    {
        if (externalAuthenticate.Data.Length != 2 * _macLength)
            return StatusWord.WrongLength;
        if (!externalAuthenticate.Data.AsSpan(0, _macLength).SequenceEqual(_hostCryptogram))
            return StatusWord.AuthenticationFailed;
        return VerifyMac(externalAuthenticate) ? StatusWord.Ok : StatusWord.SecurityStatusNotSatisfied;
    }

    protected override bool TryUnwrap(in CardCommand command, out CardCommand plain)
    {
        plain = command;
        _encryptionCounter++; // §6.2.6: every command after EXTERNAL AUTHENTICATE counts, with data or without.
        if (!Has(SecurityLevel.CommandMac))
            return true;
        if (command.Data.Length < _macLength || !VerifyMac(command))
            return false;
        var data = command.Data[..^_macLength];
        if (Has(SecurityLevel.CommandDecryption) && data.Length > 0)
        {
            if (data.Length % CardCrypto.AesBlock != 0
                || !Padding.TryRemove(CardCrypto.AesCbc(encrypt: false, _encKey, EncryptionIcv(isResponse: false), data), out data))
                return false;
        }

        plain = command with { Cla = command.PlainCla, Data = data };
        return true;
    }

    public override CardResponse Wrap(in CardResponse response)
    {
        if (!Has(SecurityLevel.ResponseMac) || response.IsError)
            return response;
        var data = response.Data;
        if (Has(SecurityLevel.ResponseEncryption) && data.Length > 0)
            data = CardCrypto.AesCbc(encrypt: true, _encKey, EncryptionIcv(isResponse: true), Padding.Add(data, CardCrypto.AesBlock));
        var mac = CardCrypto.AesCmac(_responseMacKey, _chain, data, [(byte)(response.Status >> 8), (byte)response.Status]);
        return response with { Data = [.. data, .. mac.AsSpan(0, _macLength)] };
    }

    // §6.2.4: over the chaining value and the command as it travels, without its MAC; the whole result is the next chaining value.
    bool VerifyMac(in CardCommand command)
    {
        var length = command.Data.Length;
        byte[] header = [(byte)(command.PlainCla | 0x04), command.Ins, command.P1, command.P2];
        byte[] lc = command.IsExtended ? [0, (byte)(length >> 8), (byte)length] : [(byte)length];
        var mac = CardCrypto.AesCmac(_macKey, _chain, header, lc, command.Data[..^_macLength]);
        if (!mac.AsSpan(0, _macLength).SequenceEqual(command.Data.AsSpan(length - _macLength)))
            return false;
        _chain = mac;
        return true;
    }

    // §6.2.6, 6.2.7: the response uses the command's counter with the top byte set.
    byte[] EncryptionIcv(bool isResponse)
    {
        var block = new byte[CardCrypto.AesBlock];
        BinaryPrimitives.WriteInt32BigEndian(block.AsSpan(12), _encryptionCounter);
        if (isResponse)
            block[0] = 0x80;
        return CardCrypto.AesEcbEncrypt(_encKey, block);
    }

    // §4.1.5: SP 800-108 in counter mode with CMAC; the counter stands after the length.
    static byte[] Derive(byte[] key, byte constant, int length, byte[] context1, byte[] context2)
    {
        var result = new byte[length];
        for (byte block = 1, at = 0; at < length; block++, at += CardCrypto.AesBlock)
        {
            var bits = length * 8;
            var input = new byte[16];
            input[11] = constant;
            input[13] = (byte)(bits >> 8);
            input[14] = (byte)bits;
            input[15] = block;
            var output = CardCrypto.AesCmac(key, input, context1, context2);
            output.AsSpan(0, Math.Min(CardCrypto.AesBlock, length - at)).CopyTo(result.AsSpan(at));
        }

        return result;
    }
}
