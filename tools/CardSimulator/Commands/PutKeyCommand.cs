using PersoMesh.CardSimulator.Crypto;
using PersoMesh.CardSimulator.Persistence;
using PersoMesh.CardSimulator.SecureChannel;

namespace PersoMesh.CardSimulator.Commands;

/// <summary>PUT KEY of secure channel keys (GPC 2.3.1 §11.8; AES keys: Amendment D §7.2).</summary>
static class PutKeyCommand
{
    const int CheckValueLength = 3;
    const byte InitialKeys = 0xFF;

    public static CardResponse Execute(CardRuntime card, in CardCommand command)
    {
        var channel = card.RequireSecureChannel();
        var state = card.State;
        CardStatusException.ThrowIf(command.P2 != 0x81, StatusWord.WrongP1P2);
        CardStatusException.ThrowIf(command.Data.Length == 0, StatusWord.WrongData);
        var oldVersion = command.P1;
        var newVersion = command.Data[0];
        CardStatusException.ThrowIf(newVersion is 0 or > 0x7F, StatusWord.WrongData);
        var old = state.KeySets.Find(k => k.Version == oldVersion);
        CardStatusException.ThrowIf(oldVersion != 0 && old is null, StatusWord.ReferenceNotFound);
        CardStatusException.ThrowIf(newVersion != oldVersion && state.KeySets.Exists(k => k.Version == newVersion), StatusWord.WrongData);

        ReadOnlySpan<byte> rest = command.Data.AsSpan(1);
        var type = state.Protocol == SecureChannelProtocol.Scp02 ? KeyType.TripleDes : KeyType.Aes;
        var enc = ReadKey(ref rest, channel, type);
        var mac = ReadKey(ref rest, channel, type);
        var dek = ReadKey(ref rest, channel, type);
        CardStatusException.ThrowIf(!rest.IsEmpty || enc.Length != mac.Length || mac.Length != dek.Length, StatusWord.WrongData);

        // A new object: sequence counter and failed authentications begin at zero. The open session keeps the keys it has.
        var keySet = new KeySetState { Version = newVersion, Type = type, Keys = new(enc, mac, dek) };
        if (old is null)
            state.KeySets.RemoveAll(k => k.Version == InitialKeys);
        else
            state.KeySets.Remove(old);
        state.KeySets.Insert(0, keySet);
        return CardResponse.Of(
        [
            newVersion,
            .. CardCrypto.KeyCheckValue(type, enc), .. CardCrypto.KeyCheckValue(type, mac), .. CardCrypto.KeyCheckValue(type, dek),
        ]);
    }

    // DES: 80 10 key(16) 03 KCV. AES: 88 (1 + length of cryptogram) (key length) cryptogram 03 KCV.
    static byte[] ReadKey(ref ReadOnlySpan<byte> rest, CardChannel channel, KeyType type)
    {
        var isAes = type == KeyType.Aes;
        var header = isAes ? 3 : 2;
        CardStatusException.ThrowIf(rest.Length < header || rest[0] != (byte)type, StatusWord.WrongData);
        var keyLength = rest[header - 1];
        var cryptogramLength = isAes ? rest[1] - 1 : rest[1];
        CardStatusException.ThrowIf(
            (isAes ? keyLength is not (16 or 24 or 32) : keyLength != 16)
            || cryptogramLength % channel.DekBlock != 0
            || cryptogramLength < keyLength
            || rest.Length < header + cryptogramLength + 1 + CheckValueLength
            || rest[header + cryptogramLength] != CheckValueLength,
            StatusWord.WrongData);
        var key = channel.DecryptSensitive(rest.Slice(header, cryptogramLength))[..keyLength];
        var checkValue = rest.Slice(header + cryptogramLength + 1, CheckValueLength);
        CardStatusException.ThrowIf(
            !checkValue.SequenceEqual(CardCrypto.KeyCheckValue(type, key)), StatusWord.SecurityStatusNotSatisfied);
        rest = rest[(header + cryptogramLength + 1 + CheckValueLength)..];
        return key;
    }
}
