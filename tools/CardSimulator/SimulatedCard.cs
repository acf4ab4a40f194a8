using System.Security.Cryptography;
using PersoMesh.CardSimulator.Crypto;
using PersoMesh.CardSimulator.Persistence;
using PersoMesh.CardSimulator.Vpcd;

namespace PersoMesh.CardSimulator;

/// <summary>
/// A GlobalPlatform card with an issuer security domain and applications that take EMV CPS personalization. It shares no code with
/// PersoMesh's host side. One thread at a time; the reader that holds the card sees to that.
/// </summary>
public sealed class SimulatedCard : IContactCard
{
    readonly CardState _state;
    readonly CardRuntime _runtime;
    int _apdus;
    bool _isRemoved;

    /// <summary>Makes a blank card.</summary>
    /// <param name="blueprint">The product.</param>
    /// <param name="serialNumber">IC serial number: 4 bytes in the CPLC and in the key diversification data.</param>
    public SimulatedCard(CardBlueprint blueprint, uint serialNumber)
        : this(CardFactory.Create(blueprint, serialNumber))
    {
    }

    SimulatedCard(CardState state)
    {
        _runtime = new(_state = state, Faults);
        _runtime.Reset();
    }

    public string Product => _state.Product;

    public TransmissionProtocol Transmission => _state.Transmission;

    /// <summary>Answer to reset; empty when the card is mute.</summary>
    public byte[] Atr => Faults.Mute ? [] : [.. _state.Atr];

    /// <summary>IC serial number of the CPLC, 8 hexadecimal digits.</summary>
    public string SerialNumber => _state.SerialNumber;

    /// <summary>Key diversification data, 10 bytes, as the supplier's list has them.</summary>
    public byte[] KeyDiversificationData => [.. _state.KeyDiversificationData];

    /// <summary>Faults to provoke. May be changed at any time between two APDUs.</summary>
    public CardFaults Faults { get; } = new();

    /// <summary>Source of card challenges where the protocol's options do not prescribe a pseudo-random one.</summary>
    public ChallengeSource Challenge
    {
        get => _runtime.Challenge;
        set => _runtime.Challenge = value;
    }

    /// <summary>APDUs processed since the last reset.</summary>
    public int ApduCount => _apdus;

    /// <summary>Card life cycle state as GET STATUS codes it.</summary>
    public byte LifeCycle => _state.LifeCycle;

    /// <summary>Memory left, in bytes.</summary>
    public int FreeBytes => _state.EepromBytes - _state.UsedBytes;

    /// <summary>The installed applications.</summary>
    public IReadOnlyList<ApplicationInfo> Applications =>
        [.. _state.Applications.Select(a => new ApplicationInfo(a.Aid, a.Module.Aid, a.LifeCycle, a.IsPersonalized))];

    /// <summary>The key sets of the issuer security domain.</summary>
    public IReadOnlyList<KeySetInfo> KeySets =>
    [
        .. _state.KeySets.Select(k => new KeySetInfo(
            k.Version,
            k.Type,
            k.Counter,
            k.FailedAuthentications,
            k.FailedAuthentications >= _state.AuthenticationLimit,
            [.. new[] { k.Keys.Enc, k.Keys.Mac, k.Keys.Dek }.Select(key => Convert.ToHexString(CardCrypto.KeyCheckValue(k.Type, key)))])),
    ];

    /// <summary>Hook for tests: answers a plain command (after secure messaging) in place of the card; null lets the card answer.</summary>
    internal Func<byte[], byte[]?>? Override
    {
        get => _runtime.Override;
        set => _runtime.Override = value;
    }

    /// <summary>Reads a card that <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">Not a saved card, or one of another format version.</exception>
    public static SimulatedCard Load(Stream source) => new(CardFile.Load(source));

    /// <summary>Writes the whole non-volatile memory, keys included, so that the card can be put into another reader. UTF-8 JSON.</summary>
    public void Save(Stream destination) => CardFile.Save(_state, destination);

    /// <summary>Power on or warm reset: volatile state is gone, a removed card is back.</summary>
    public void Reset()
    {
        _apdus = 0;
        _isRemoved = false;
        _runtime.Reset();
    }

    TimeSpan IContactCard.DelayPerApdu => Faults.DelayPerApdu;

    /// <summary>Processes one command APDU.</summary>
    /// <param name="command">The command as it travels.</param>
    /// <returns>Response data and status word; the caller owns the array.</returns>
    /// <exception cref="CardRemovedException">The card is out of the reader (<see cref="CardFaults.RemoveAfterApdus"/>).</exception>
    /// <exception cref="CardMuteException">The card does not answer (<see cref="CardFaults.Mute"/>).</exception>
    public byte[] Transmit(ReadOnlySpan<byte> command)
    {
        if (Faults.Mute)
            throw new CardMuteException();
        if (_isRemoved)
            throw new CardRemovedException();
        if (Faults.RemoveAfterApdus <= _apdus)
        {
            if (Faults.RemoveAfterExecution)
                _runtime.Process(command);
            Faults.RemoveAfterApdus = null;
            _isRemoved = true;
            _runtime.Reset();
            throw new CardRemovedException();
        }

        _apdus++;
        return _runtime.Process(command).ToArray();
    }

    /// <summary>
    /// For tests only, as no real card would do it: the decrypted value of a secret data grouping (80xx), null when it was not loaded.
    /// </summary>
    /// <param name="aid">AID of the application, hexadecimal.</param>
    /// <param name="dgi">Data grouping identifier.</param>
    public byte[]? DebugSecret(string aid, int dgi) =>
        _state.Applications.Find(a => a.Aid == aid)?.Secrets.TryGetValue(dgi, out var value) == true ? [.. value] : null;

    /// <summary>For tests only: check values (3 bytes each, hexadecimal) of the keys in a data grouping; empty when not loaded.</summary>
    /// <param name="aid">AID of the application, hexadecimal.</param>
    /// <param name="dgi">Identifier of a data grouping of the module's <see cref="ModuleBlueprint.KeyGroups"/>.</param>
    /// <param name="keyLength">Length of each key in bytes.</param>
    public IReadOnlyList<string> DebugKeyCheckValues(string aid, int dgi, int keyLength = 16)
    {
        var application = _state.Applications.Find(a => a.Aid == aid);
        var group = application?.Module.KeyGroups.FirstOrDefault(g => g.KeyDgi == dgi);
        return group is not null && application!.Secrets.TryGetValue(dgi, out var keys)
            ? [.. keys.Chunk(keyLength).Select(k => Convert.ToHexString(CardCrypto.KeyCheckValue(group.Type, k)))]
            : [];
    }

    internal static void RandomChallenge(Span<byte> destination) => RandomNumberGenerator.Fill(destination);
}

/// <summary>An installed application.</summary>
/// <param name="Aid">Instance AID, hexadecimal.</param>
/// <param name="ModuleAid">AID of its module, hexadecimal.</param>
/// <param name="LifeCycle">Life cycle state as GET STATUS codes it.</param>
/// <param name="IsPersonalized">True after the last STORE DATA was accepted.</param>
public sealed record ApplicationInfo(string Aid, string ModuleAid, byte LifeCycle, bool IsPersonalized);

/// <summary>A key set of the issuer security domain.</summary>
/// <param name="Version">Key version number.</param>
/// <param name="Type">Type of its keys.</param>
/// <param name="SequenceCounter">Current value.</param>
/// <param name="FailedAuthentications">Failed EXTERNAL AUTHENTICATE commands since the last success.</param>
/// <param name="IsBlocked">True when the limit is reached: the set cannot be used any more.</param>
/// <param name="CheckValues">Check values of ENC, MAC and DEK, hexadecimal.</param>
public sealed record KeySetInfo(
    byte Version, KeyType Type, int SequenceCounter, int FailedAuthentications, bool IsBlocked, IReadOnlyList<string> CheckValues);
