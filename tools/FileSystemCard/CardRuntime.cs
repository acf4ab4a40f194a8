using PersoMesh.FileSystemCard.Commands;
using PersoMesh.FileSystemCard.Files;
using PersoMesh.FileSystemCard.Persistence;

namespace PersoMesh.FileSystemCard;

/// <summary>The card's operating system: dispatch of commands, access control, memory, and the volatile state between commands.</summary>
sealed class CardRuntime(CardState state, CardFaults faults)
{
    readonly Dictionary<byte, int> _occurrences = [];
    readonly HashSet<int> _verified = [];
    CardResponse _waiting = CardResponse.Ok;
    int _takenBytes;
    int _writes;

    public CardState State { get; } = state;

    public CardFile CurrentDf { get; private set; } = state.MasterFile;

    public CardFile? CurrentEf { get; private set; }

    /// <summary>Number of the current record of the current EF; 0 when there is none.</summary>
    public int CurrentRecord { get; set; }

    public CardFile CurrentFile => CurrentEf ?? CurrentDf;

    public void Reset()
    {
        _occurrences.Clear();
        _verified.Clear();
        _waiting = CardResponse.Ok;
        (_takenBytes, _writes) = (0, 0);
        MakeCurrent(State.MasterFile);
    }

    public CardResponse Process(ReadOnlySpan<byte> apdu)
    {
        if (!CardCommand.TryParse(apdu, out var command) || command.IsExtended)
            return CardResponse.Error(StatusWord.WrongLength);
        if ((command.Cla & 0xE0) == 0)
        {
            if (command.UsesOtherLogicalChannel)
                return CardResponse.Error(StatusWord.LogicalChannelNotSupported);
            if ((command.Cla & 0x0C) != 0)
                return CardResponse.Error(StatusWord.SecureMessagingNotSupported);
        }

        if (command.Cla != 0x00)
            return CardResponse.Error(StatusWord.ClassNotSupported);
        if (command.Data.Length > State.MaxCommandData)
            return CardResponse.Error(StatusWord.WrongLength);
        if (command.Ins == Instruction.GetResponse)
            return GetResponse(command.Ne ?? State.MaxResponseData);
        _waiting = CardResponse.Ok;
        return Deliver(command, Dispatch(command));
    }

    public void MakeCurrent(CardFile file)
    {
        (CurrentDf, CurrentEf) = file.IsDf ? (file, null) : (file.Parent!, file);
        CurrentRecord = 0;
    }

    public bool IsVerified(int password) => _verified.Contains(password);

    public void SetVerified(int password, bool isVerified)
    {
        if (isVerified)
            _verified.Add(password);
        else
            _verified.Remove(password);
    }

    /// <summary>
    /// The access conditions of a file are in force once it is activated; before, whoever may create it there may do anything.
    /// </summary>
    /// <exception cref="CardStatusException">6982.</exception>
    public void Require(CardFile file, byte operation) =>
        CardStatusException.ThrowIf(
            !(file.IsActivated ? AccessRules.Allow(file.Rules, operation, IsVerified) : MayCreate(file.Parent, file.IsDf)),
            StatusWord.SecurityStatusNotSatisfied);

    /// <summary>Checks the right to create a file in a DF.</summary>
    /// <exception cref="CardStatusException">6982.</exception>
    public void RequireCreation(CardFile parent, bool isDf) =>
        CardStatusException.ThrowIf(!MayCreate(parent, isDf), StatusWord.SecurityStatusNotSatisfied);

    /// <summary>Takes memory.</summary>
    /// <exception cref="CardStatusException">6A84.</exception>
    public void Allocate(int bytes)
    {
        CardStatusException.ThrowIf(
            State.UsedBytes + bytes > State.EepromBytes || _takenBytes + bytes > faults.MemoryFullAfterBytes, StatusWord.NotEnoughMemory);
        _takenBytes += bytes;
        State.UsedBytes += bytes;
    }

    /// <summary>Stores data.</summary>
    public void Store(ReadOnlySpan<byte> data, Span<byte> destination)
    {
        data.CopyTo(destination);
        if (++_writes == faults.WrongBitAtWrite)
            destination[data.Length - 1] ^= 0x10;
    }

    // The MF of a blank card belongs to who knows the transport password.
    bool MayCreate(CardFile? parent, bool isDf) => parent switch
    {
        null => IsVerified(PasswordCodes.First),
        { IsActivated: true } => AccessRules.Allow(parent.Rules, isDf ? Operation.CreateDf : Operation.CreateEf, IsVerified),
        _ => MayCreate(parent.Parent, isDf: true),
    };

    CardResponse Dispatch(in CardCommand command)
    {
        var occurrence = _occurrences[command.Ins] = _occurrences.GetValueOrDefault(command.Ins) + 1;
        foreach (var forced in faults.ForcedStatuses)
        {
            if (forced.Ins == command.Ins && forced.Occurrence == occurrence)
                return CardResponse.Error(forced.Status);
        }

        try
        {
            return command.Ins switch
            {
                Instruction.Select => SelectCommand.Execute(this, command),
                Instruction.ReadBinary => BinaryCommands.Read(this, command),
                Instruction.UpdateBinary => BinaryCommands.Update(this, command),
                Instruction.ReadRecord => RecordCommands.Read(this, command),
                Instruction.UpdateRecord => RecordCommands.Update(this, command),
                Instruction.AppendRecord => RecordCommands.Append(this, command),
                Instruction.CreateFile => CreateFileCommand.Execute(this, command),
                Instruction.ActivateFile => ActivateFileCommand.Execute(this, command),
                Instruction.Verify => PasswordCommands.Verify(this, command),
                Instruction.ChangeReferenceData => PasswordCommands.Change(this, command),
                Instruction.ResetRetryCounter => PasswordCommands.ResetRetryCounter(this, command),
                _ => CardResponse.Error(StatusWord.InstructionNotSupported),
            };
        }
        catch (CardStatusException e)
        {
            return CardResponse.Error(e.Status);
        }
    }

    // ISO/IEC 7816-3 §12.2: on T=0 what answers data waits for GET RESPONSE, and a command without data is refused until its Le is exact.
    CardResponse Deliver(in CardCommand command, in CardResponse response)
    {
        var length = response.Data.Length;
        if (length == 0)
            return response;
        if (State.Transmission == TransmissionProtocol.T0)
        {
            if (command.Data.Length == 0 && length <= State.MaxResponseData)
                return command.Ne == length ? response : CardResponse.Error((ushort)(0x6C00 | (byte)length));
            _waiting = response;
            return CardResponse.Error(WaitingStatus(length));
        }

        if (length <= State.MaxResponseData)
            return response;
        _waiting = response;
        return GetResponse(State.MaxResponseData);
    }

    CardResponse GetResponse(int ne)
    {
        var (data, status) = _waiting;
        if (data.Length == 0)
            return CardResponse.Error(StatusWord.ConditionsNotSatisfied);
        var count = Math.Min(Math.Min(ne, State.MaxResponseData), data.Length);
        var isLast = count == data.Length;
        _waiting = isLast ? CardResponse.Ok : new(data[count..], status);
        return new(data[..count], isLast ? status : WaitingStatus(data.Length - count));
    }

    static ushort WaitingStatus(int length) => (ushort)(0x6100 | (length < 0x100 ? length : 0));
}
