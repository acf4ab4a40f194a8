using System.Buffers.Binary;
using PersoMesh.CardSimulator.Crypto;
using PersoMesh.CardSimulator.Persistence;

namespace PersoMesh.CardSimulator.SecureChannel;

/// <summary>Secure Channel Protocol '02' with explicit initiation, card side (GPC 2.3.1 appendix E).</summary>
sealed class Scp02Card : CardChannel
{
    /// <summary>Highest value of the sequence counter that a card need support (§E.1.2.1).</summary>
    public const int LastSequenceCounter = 0x7FFF;

    const int MacLength = 8;
    const int UnmodifiedMac = 0x02;
    const int IcvEncryption = 0x10;
    const int ResponseMacSupport = 0x20;
    const int PseudoRandomChallenge = 0x40;
    readonly byte _options;
    readonly byte[] _encKey;
    readonly byte[] _macKey;
    readonly byte[] _dekKey;
    readonly byte[] _responseMacKey;
    readonly byte[] _hostCryptogram;
    byte[] _lastMac = new byte[MacLength];
    byte[] _lastResponseMac = [];
    CardCommand _lastCommand;

    public Scp02Card(
        KeySetState keySet, byte options, byte[] diversificationData, byte[] aid, byte[] hostChallenge, ChallengeSource challenge)
        : base(keySet)
    {
        _options = options;
        var counter = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(counter, (ushort)keySet.Counter);
        _encKey = SessionKey(keySet.Keys.Enc, 0x0182, counter);
        _macKey = SessionKey(keySet.Keys.Mac, 0x0101, counter);
        _responseMacKey = SessionKey(keySet.Keys.Mac, 0x0102, counter);
        _dekKey = SessionKey(keySet.Keys.Dek, 0x0181, counter);
        var cardChallenge = new byte[6];
        if ((options & PseudoRandomChallenge) != 0)
            CardCrypto.RetailMac(_macKey, new byte[MacLength], aid).AsSpan(0, 6).CopyTo(cardChallenge);
        else
            challenge(cardChallenge);
        var cardCryptogram = CardCrypto.TripleDesMac(_encKey, [.. hostChallenge, .. counter, .. cardChallenge]);
        _hostCryptogram = CardCrypto.TripleDesMac(_encKey, [.. counter, .. cardChallenge, .. hostChallenge]);
        InitializeUpdateResponse = [.. diversificationData, keySet.Version, 0x02, .. counter, .. cardChallenge, .. cardCryptogram];
    }

    public override int DekBlock => CardCrypto.DesBlock;

    public override bool Allows(SecurityLevel level) =>
        (int)level is 0x00 or 0x01 or 0x03 || ((int)level is 0x10 or 0x11 or 0x13 && (_options & ResponseMacSupport) != 0);

    public override byte[] DecryptSensitive(ReadOnlySpan<byte> data) => CardCrypto.TripleDesEcb(encrypt: false, _dekKey, data);

    protected override ushort VerifyHost(in CardCommand externalAuthenticate)
    {
        if (externalAuthenticate.Data.Length != 8 + MacLength)
            return StatusWord.WrongLength;
        var cryptogram = externalAuthenticate.Data[..8];
        // The sequence starts with an ICV of zeros that is not encrypted (§E.4.4).
        var mac = ComputeMac(externalAuthenticate, cryptogram, new byte[MacLength]);
        _lastMac = mac;
        _lastResponseMac = mac;
        if (!cryptogram.AsSpan().SequenceEqual(_hostCryptogram))
            return StatusWord.AuthenticationFailed;
        return mac.AsSpan().SequenceEqual(externalAuthenticate.Data.AsSpan(8)) ? StatusWord.Ok : StatusWord.SecurityStatusNotSatisfied;
    }

    // §E.4.4, E.4.6: the C-MAC covers the plain command, so decryption comes first.
    protected override bool TryUnwrap(in CardCommand command, out CardCommand plain)
    {
        plain = command;
        if (Has(SecurityLevel.CommandMac))
        {
            if (command.IsExtended || command.Data.Length < MacLength)
                return false;
            var data = command.Data[..^MacLength];
            if (Has(SecurityLevel.CommandDecryption) && data.Length > 0)
            {
                if (data.Length % CardCrypto.DesBlock != 0
                    || !Padding.TryRemove(CardCrypto.TripleDesCbc(encrypt: false, _encKey, data), out data))
                    return false;
            }

            var icv = (_options & IcvEncryption) != 0 ? CardCrypto.DesEcbEncrypt(_macKey[..8], _lastMac) : _lastMac;
            var mac = ComputeMac(command, data, icv);
            if (!mac.AsSpan().SequenceEqual(command.Data.AsSpan(command.Data.Length - MacLength)))
                return false;
            _lastMac = mac;
            plain = command with { Cla = command.PlainCla, Data = data };
        }

        _lastCommand = plain;
        return true;
    }

    // §E.4.5: the chain goes on after an error, too; but an error has no response data field in which a MAC could travel (ISO 7816-4 §5.6).
    public override CardResponse Wrap(in CardResponse response)
    {
        if (!Has(SecurityLevel.ResponseMac))
            return response;
        byte[] status = [(byte)(response.Status >> 8), (byte)response.Status];
        _lastResponseMac = CardCrypto.RetailMac(
            _responseMacKey,
            _lastResponseMac,
            [_lastCommand.Cla, _lastCommand.Ins, _lastCommand.P1, _lastCommand.P2, (byte)_lastCommand.Data.Length],
            _lastCommand.Data,
            [(byte)response.Data.Length],
            response.Data,
            status);
        return response.IsError ? response : response with { Data = [.. response.Data, .. _lastResponseMac] };
    }

    byte[] ComputeMac(in CardCommand command, byte[] plainData, byte[] icv)
    {
        byte[] header = (_options & UnmodifiedMac) != 0
            ? [command.PlainCla, command.Ins, command.P1, command.P2, (byte)plainData.Length]
            : [(byte)(command.PlainCla | 0x04), command.Ins, command.P1, command.P2, (byte)(plainData.Length + MacLength)];
        return CardCrypto.RetailMac(_macKey, icv, header, plainData);
    }

    // §E.4.1.
    static byte[] SessionKey(byte[] key, int constant, byte[] counter)
    {
        var derivation = new byte[16];
        BinaryPrimitives.WriteUInt16BigEndian(derivation, (ushort)constant);
        counter.CopyTo(derivation, 2);
        return CardCrypto.TripleDesCbc(encrypt: true, key, derivation);
    }
}
