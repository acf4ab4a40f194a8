using PersoMesh.FileSystemCard.Files;
using PersoMesh.FileSystemCard.Persistence;

namespace PersoMesh.FileSystemCard;

/// <summary>
/// A file-system card of ISO/IEC 7816-4 and -9: files, access conditions, passwords, no cryptography. It shares no code with PersoMesh's
/// host side. One thread at a time; the reader that holds the card sees to that.
/// </summary>
public sealed class SimulatedFileSystemCard
{
    readonly CardState _state;
    readonly CardRuntime _runtime;
    int _apdus;
    bool _isRemoved;
    bool _isContactLost;

    /// <summary>Makes a blank card.</summary>
    /// <param name="blueprint">The product.</param>
    /// <param name="serialNumber">In EF.GDO (2F02), behind the manufacturer's letters.</param>
    public SimulatedFileSystemCard(CardBlueprint blueprint, uint serialNumber)
        : this(CardFactory.Create(blueprint, serialNumber))
    {
    }

    SimulatedFileSystemCard(CardState state)
    {
        _runtime = new(_state = state, Faults);
        _runtime.Reset();
    }

    public string Product => _state.Product;

    public TransmissionProtocol Transmission => _state.Transmission;

    /// <summary>Answer to reset; empty when the card is mute.</summary>
    public byte[] Atr => Faults.Mute ? [] : [.. _state.Atr];

    /// <summary>8 hexadecimal digits.</summary>
    public string SerialNumber => _state.SerialNumber;

    /// <summary>Faults to provoke. May be changed at any time between two APDUs.</summary>
    public CardFaults Faults { get; } = new();

    /// <summary>APDUs processed since the last reset.</summary>
    public int ApduCount => _apdus;

    /// <summary>True when the MF is activated: the card is personalized.</summary>
    public bool IsActivated => _state.MasterFile.IsActivated;

    /// <summary>Memory left, in bytes.</summary>
    public int FreeBytes => _state.EepromBytes - _state.UsedBytes;

    /// <summary>For tests only, as no real card would do it: all files with what is in them, whatever their access conditions.</summary>
    public IReadOnlyList<FileInfo> DebugFiles => [.. _state.MasterFile.SelfAndDescendants().Select(Describe)];

    /// <summary>For tests only: the passwords and resetting codes, by reference; null when not set.</summary>
    public IReadOnlyDictionary<byte, byte[]?> DebugPasswords => _state.Passwords.ToDictionary(p => p.Reference, p => p.Value);

    /// <summary>Tries left of a password (01 to 0E) or resetting code (11 to 1E).</summary>
    public int TriesLeft(byte reference) => _state.Passwords.Find(p => p.Reference == reference)?.TriesLeft
        ?? throw new ArgumentOutOfRangeException(nameof(reference), reference, "The card has no such password.");

    /// <summary>Reads a card that <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">Not a saved card, or one of another format version.</exception>
    public static SimulatedFileSystemCard Load(Stream source) => new(SavedCard.Read(source));

    /// <summary>Writes the whole memory, passwords included, so that the card can be put into another reader. UTF-8 JSON.</summary>
    public void Save(Stream destination) => SavedCard.Write(_state, destination);

    /// <summary>Power on or warm reset: volatile state is gone, a removed card is back.</summary>
    public void Reset()
    {
        _apdus = 0;
        (_isRemoved, _isContactLost) = (false, false);
        _runtime.Reset();
    }

    /// <summary>Processes one command APDU.</summary>
    /// <param name="command">The command as it travels.</param>
    /// <returns>Response data and status word; the caller owns the array.</returns>
    /// <exception cref="CardRemovedException">The card is out of the reader (<see cref="CardFaults.RemoveAfterApdus"/>).</exception>
    /// <exception cref="CardMuteException">
    /// The card does not answer (<see cref="CardFaults.Mute"/>, <see cref="CardFaults.LoseContactAfterApdus"/>).
    /// </exception>
    public byte[] Transmit(ReadOnlySpan<byte> command)
    {
        if (Faults.Mute || _isContactLost)
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

        if (Faults.LoseContactAfterApdus <= _apdus)
        {
            if (Faults.LoseContactAfterExecution)
                _runtime.Process(command);
            Faults.LoseContactAfterApdus = null;
            _isContactLost = true;
            throw new CardMuteException();
        }

        _apdus++;
        return _runtime.Process(command).ToArray();
    }

    static FileInfo Describe(CardFile file)
    {
        var path = "";
        for (var at = file; at is not null; at = at.Parent)
            path = path.Length == 0 ? $"{at.FileId:X4}" : $"{at.FileId:X4}/{path}";
        return new(path, file.Kind.ToString(), file.LifeCycleStatus, file.Rules, file.Content, file.Records);
    }
}

/// <summary>A file as it lies in the card's memory.</summary>
/// <param name="Path">File identifiers from the MF down: <c>3F00/5015/5031</c>.</param>
/// <param name="Kind">Df, Transparent, LinearFixed, LinearVariable or Cyclic.</param>
/// <param name="LifeCycle">Life cycle status byte.</param>
/// <param name="Rules">Security attributes in compact format; null without any.</param>
/// <param name="Content">Data of a transparent EF.</param>
/// <param name="Records">Records; number 1 comes first.</param>
public sealed record FileInfo(
    string Path, string Kind, byte LifeCycle, byte[]? Rules, byte[] Content, IReadOnlyList<byte[]> Records);
