using PersoMesh.CardSimulator.Crypto;
using PersoMesh.CardSimulator.Persistence;
using PersoMesh.CardSimulator.SecureChannel;

namespace PersoMesh.CardSimulator;

/// <summary>Puts data groupings where they belong in an application (EMV CPS), as its <see cref="ModuleBlueprint"/> says.</summary>
sealed class Personalization(CardRuntime card, ApplicationState application, CardChannel channel)
{
    const int CheckValueLength = 3;
    const int NoneEncrypted = 0x00;
    const int SomeEncrypted = 0x20;
    const int AllEncrypted = 0x60;
    readonly ModuleBlueprint _module = application.Module;

    /// <summary>Takes one data grouping.</summary>
    /// <param name="dgi">Identifier.</param>
    /// <param name="value">As received.</param>
    /// <param name="p1">P1 of the STORE DATA in which it began: bits 7 and 6 say what is encrypted.</param>
    public void Store(int dgi, ReadOnlySpan<byte> value, int p1)
    {
        CardStatusException.ThrowIf(_module.UnknownDgis.Contains(dgi), StatusWord.ReferenceNotFound);
        var clear = Decrypt(IsSecret(dgi), value, p1 & AllEncrypted);
        if (dgi == _module.PinDgi)
            StorePin(clear);
        else if (dgi == _module.PinTriesDgi)
            StorePinTries(clear);
        else if (_module.KeyGroups.FirstOrDefault(g => g.CheckValueDgi == dgi) is { } group)
            VerifyKeys(group, clear);
        else if (IsSecret(dgi))
            Replace(application.Secrets, dgi, clear);
        else if (dgi == _module.FciDgi)
            application.Fci = Checked(clear, application.Fci);
        else if (dgi == _module.ProcessingOptionsDgi)
            application.ProcessingOptions = Checked(clear, application.ProcessingOptions);
        else if (_module.OpaqueDgis.Contains(dgi))
            Replace(application.DataObjects, dgi, clear);
        else if (dgi >> 8 is >= 0x01 and <= 0x1E)
            StoreRecord(dgi, clear);
        else
            StoreObjects(clear);
        application.LoadedDgis.Add(dgi);
    }

    /// <summary>The last STORE DATA: all there, the application is personalized.</summary>
    /// <exception cref="CardStatusException">6A86: something is missing.</exception>
    public void Complete()
    {
        CardStatusException.ThrowIf(_module.RequiredDgis.Any(d => !application.LoadedDgis.Contains(d)), StatusWord.WrongP1P2);
        application.IsPersonalized = true;
        application.LifeCycle = LifeCycles.ApplicationPersonalized;
        application.LoadedDgis.Clear();
    }

    static bool IsSecret(int dgi) => dgi >> 12 == 0x8;

    // A secret that comes in clear is refused: no card of a careful issuer would take it.
    byte[] Decrypt(bool isSecret, ReadOnlySpan<byte> value, int encryption)
    {
        CardStatusException.ThrowIf(encryption is not (NoneEncrypted or SomeEncrypted or AllEncrypted), StatusWord.WrongP1P2);
        CardStatusException.ThrowIf(isSecret && encryption == NoneEncrypted, StatusWord.WrongData);
        if (encryption == NoneEncrypted || (encryption == SomeEncrypted && !isSecret))
            return value.ToArray();
        if (encryption == SomeEncrypted && _module.PersonalizationKey is { } key)
            return DecryptForBatch(key, value);
        CardStatusException.ThrowIf(value.IsEmpty || value.Length % channel.DekBlock != 0, StatusWord.WrongData);
        return channel.DecryptSensitive(value);
    }

    static byte[] DecryptForBatch(PersonalizationKey key, ReadOnlySpan<byte> value)
    {
        var block = key.Type == KeyType.Aes ? CardCrypto.AesBlock : CardCrypto.DesBlock;
        CardStatusException.ThrowIf(value.IsEmpty || value.Length % block != 0, StatusWord.WrongData);
        return key.Type == KeyType.Aes
            ? CardCrypto.AesCbc(encrypt: false, key.Value, new byte[block], value)
            : CardCrypto.TripleDesCbc(encrypt: false, key.Value, value);
    }

    // An AES channel pads the block of 8 bytes to 16.
    void StorePin(byte[] block)
    {
        CardStatusException.ThrowIf(block.Length is not (PinBlock.Length or 2 * PinBlock.Length), StatusWord.WrongData);
        if (!PinBlock.TryRead(block.AsSpan(0, PinBlock.Length), out _, out var pin))
            throw new CardStatusException(StatusWord.WrongData);
        Allocate(application.Pin is null ? PinBlock.Length : 0);
        application.Pin = pin;
    }

    void StorePinTries(byte[] value)
    {
        CardStatusException.ThrowIf(value is not [var left, var limit] || left > limit || limit is 0 or > 15, StatusWord.WrongData);
        (application.PinTriesLeft, application.PinTryLimit) = (value[0], value[1]);
    }

    void VerifyKeys(KeyGroup group, byte[] checkValues)
    {
        CardStatusException.ThrowIf(!application.Secrets.TryGetValue(group.KeyDgi, out var keys), StatusWord.ConditionsNotSatisfied);
        var count = checkValues.Length / CheckValueLength;
        CardStatusException.ThrowIf(
            count == 0 || checkValues.Length % CheckValueLength != 0 || keys!.Length % count != 0, StatusWord.WrongData);
        var length = keys!.Length / count;
        CardStatusException.ThrowIf(length is not (16 or 24) && !(length == 32 && group.Type == KeyType.Aes), StatusWord.WrongData);
        for (var i = 0; i < count; i++)
        {
            var expected = checkValues.AsSpan(i * CheckValueLength, CheckValueLength);
            var key = keys[(i * length)..((i + 1) * length)];
            CardStatusException.ThrowIf(
                !expected.SequenceEqual(CardCrypto.KeyCheckValue(group.Type, key)), (ushort)_module.WrongCheckValueStatus);
        }
    }

    // EMV Book 3 §5.3.2.2: records of SFI 1 to 10 are templates 70 of at most 254 bytes.
    void StoreRecord(int dgi, byte[] value)
    {
        const int LastEmvFile = 10;
        const int LongestRecord = 254;
        var isTemplate = BerTlv.TryRead(value, out var tag, out var content, out var consumed)
            && tag == 0x70 && consumed == value.Length && value.Length <= LongestRecord && BerTlv.TryReadAll(content, out _);
        CardStatusException.ThrowIf((dgi & 0xFF) == 0 || (dgi >> 8 <= LastEmvFile && !isTemplate), StatusWord.WrongData);
        Replace(application.Records, dgi, value);
    }

    void StoreObjects(byte[] value)
    {
        CardStatusException.ThrowIf(!BerTlv.TryReadAll(value, out var objects), StatusWord.WrongData);
        foreach (var (tag, content) in objects)
            Replace(application.DataObjects, tag, content);
    }

    byte[] Checked(byte[] value, byte[] old)
    {
        CardStatusException.ThrowIf(!BerTlv.TryReadAll(value, out _), StatusWord.WrongData);
        Allocate(value.Length - old.Length);
        return value;
    }

    void Replace(Dictionary<int, byte[]> target, int key, byte[] value)
    {
        Allocate(value.Length - (target.TryGetValue(key, out var old) ? old.Length : 0));
        target[key] = value;
    }

    void Allocate(int bytes)
    {
        card.Allocate(bytes);
        application.Bytes += bytes;
    }
}
