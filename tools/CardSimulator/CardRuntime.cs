using PersoMesh.CardSimulator.Commands;
using PersoMesh.CardSimulator.Persistence;
using PersoMesh.CardSimulator.SecureChannel;

namespace PersoMesh.CardSimulator;

/// <summary>The card's operating system: secure messaging, dispatch of commands, and the volatile state between them.</summary>
sealed class CardRuntime(CardState state, CardFaults faults)
{
    const int LongestShortResponse = 256;
    readonly Dictionary<byte, int> _occurrences = [];
    CardResponse _waiting = CardResponse.Ok;
    int _writtenBytes;

    public CardState State { get; } = state;

    public CardFaults Faults { get; } = faults;

    public ChallengeSource Challenge { get; set; } = SimulatedCard.RandomChallenge;

    public Func<byte[], byte[]?>? Override { get; set; }

    /// <summary>State of the application session: gone when an application is selected.</summary>
    public ApplicationSession Session { get; private set; } = new();

    public void Reset()
    {
        _occurrences.Clear();
        _waiting = CardResponse.Ok;
        _writtenBytes = 0;
        // Privilege "card reset" (GPC 2.3.1 Table 11-7): selected by default in place of the issuer security domain.
        const int CardReset = 0x04;
        var application = State.Applications.Find(a => (a.Privileges[0] & CardReset) != 0 && SelectCommand.IsSelectable(a));
        Select(application);
    }

    /// <summary>Starts an application session; null selects the issuer security domain.</summary>
    public void Select(ApplicationState? application) =>
        Session = new() { Application = application is null ? null : new PersonalizationApplication(this, application) };

    public CardResponse Process(ReadOnlySpan<byte> apdu)
    {
        if (!CardCommand.TryParse(apdu, out var command))
            return CardResponse.Error(StatusWord.WrongLength);
        if (command.UsesOtherLogicalChannel)
            return CardResponse.Error(StatusWord.LogicalChannelNotSupported);
        if (command is { Cla: 0x00, Ins: Instruction.GetResponse })
            return GetResponse(command.Ne ?? LongestShortResponse);
        _waiting = CardResponse.Ok;
        return Deliver(command, ProcessSecured(command));
    }

    /// <summary>Takes memory, or gives it back when <paramref name="bytes"/> is negative.</summary>
    /// <exception cref="CardStatusException">6A84.</exception>
    public void Allocate(int bytes)
    {
        var written = _writtenBytes + Math.Max(bytes, 0);
        CardStatusException.ThrowIf(
            bytes > 0 && (State.UsedBytes + bytes > State.EepromBytes || written > Faults.MemoryFullAfterBytes),
            StatusWord.NotEnoughMemory);
        _writtenBytes = written;
        State.UsedBytes += bytes;
    }

    /// <summary>Content management and key management need an authenticated session (GPC 2.3.1 Table 11-2).</summary>
    /// <exception cref="CardStatusException">6982.</exception>
    public CardChannel RequireSecureChannel() =>
        Session.Channel is { IsAuthenticated: true } channel
            ? channel
            : throw new CardStatusException(StatusWord.SecurityStatusNotSatisfied);

    CardResponse ProcessSecured(in CardCommand command)
    {
        var channel = Session.Channel;
        try
        {
            if (BeginsSession(command, channel))
                return Dispatch(command);
            if (channel is { IsAborted: true })
                return CardResponse.Error(StatusWord.SecurityStatusNotSatisfied);
            if (channel is { IsAuthenticated: true })
                return channel.Wrap(DispatchUnwrapped(channel.Unwrap(command)));
            if (!command.IsSecured)
                return Dispatch(command);
            // The personalization application closes the channel when it is done; what comes late is told why.
            return CardResponse.Error(
                command.Ins == Instruction.StoreData && Session.Application is { IsPersonalized: true }
                    ? StatusWord.ConditionsNotSatisfied
                    : StatusWord.SecurityStatusNotSatisfied);
        }
        catch (CardStatusException e)
        {
            return CardResponse.Error(e.Status);
        }
    }

    CardResponse DispatchUnwrapped(in CardCommand command)
    {
        try
        {
            return Dispatch(command);
        }
        catch (CardStatusException e)
        {
            return CardResponse.Error(e.Status);
        }
    }

    static bool BeginsSession(in CardCommand command, CardChannel? channel) => command switch
    {
        { Cla: 0x00, Ins: Instruction.Select } or { Cla: 0x80, Ins: Instruction.InitializeUpdate } => true,
        { Cla: 0x84, Ins: Instruction.ExternalAuthenticate } => channel is not { IsAuthenticated: true },
        _ => false,
    };

    CardResponse Dispatch(in CardCommand command)
    {
        if (ForcedStatus(command.Ins) is { } forced)
            return CardResponse.Error(forced);
        if (Override?.Invoke([command.Cla, command.Ins, command.P1, command.P2, .. command.Data]) is { } answer)
            return CardResponse.Of(answer);
        if (State.LifeCycle == LifeCycles.Terminated && command.Ins != Instruction.GetData)
            return CardResponse.Error(StatusWord.ConditionsNotSatisfied);
        return command switch
        {
            { Ins: Instruction.Select, Cla: 0x00 } => SelectCommand.Execute(this, command),
            { Ins: Instruction.InitializeUpdate, Cla: 0x80 } => InitializeUpdateCommand.Execute(this, command),
            { Ins: Instruction.ExternalAuthenticate, Cla: 0x80 or 0x84 } => ExternalAuthenticateCommand.Execute(this, command),
            _ when Session.Application is { } application => application.Execute(command),
            _ => SecurityDomain.Execute(this, command),
        };
    }

    ushort? ForcedStatus(byte ins)
    {
        var occurrence = _occurrences[ins] = _occurrences.GetValueOrDefault(ins) + 1;
        foreach (var forced in Faults.ForcedStatuses)
        {
            if (forced.Ins == ins && forced.Occurrence == occurrence)
                return forced.Status;
        }

        return ins == Instruction.StoreData && Faults.MemoryFullAtStoreData == occurrence ? StatusWord.NotEnoughMemory : null;
    }

    // ISO/IEC 7816-4 §5.3.4: what the response cannot hold waits for GET RESPONSE. With T=0 (ISO/IEC 7816-3 §12.2) that is all data that
    // answers data; a command without data is refused until its Le is exact.
    CardResponse Deliver(in CardCommand command, in CardResponse response)
    {
        var length = response.Data.Length;
        if (length == 0 || command.IsExtended)
            return response;
        if (State.Transmission == TransmissionProtocol.T0)
        {
            if (command.Data.Length == 0 && length <= LongestShortResponse)
                return command.Ne == length ? response : CardResponse.Error((ushort)(0x6C00 | (byte)length));
            _waiting = response;
            return CardResponse.Error(WaitingStatus(length));
        }

        if (length <= LongestShortResponse)
            return response;
        _waiting = response;
        return GetResponse(LongestShortResponse);
    }

    CardResponse GetResponse(int ne)
    {
        var (data, status) = _waiting;
        if (data.Length == 0)
            return CardResponse.Error(StatusWord.ConditionsNotSatisfied);
        var count = Math.Min(ne, data.Length);
        var isLast = count == data.Length;
        _waiting = isLast ? CardResponse.Ok : new(data[count..], status);
        return new(data[..count], isLast ? status : WaitingStatus(data.Length - count));
    }

    static ushort WaitingStatus(int length) => (ushort)(0x6100 | (length < 0x100 ? length : 0));
}

/// <summary>Volatile state that lasts until the next selection or reset.</summary>
sealed class ApplicationSession
{
    /// <summary>The selected application; null = issuer security domain.</summary>
    public PersonalizationApplication? Application { get; init; }

    public CardChannel? Channel { get; set; }

    /// <summary>The application to which the security domain forwards STORE DATA (GPC 2.3.1 §7.3.2).</summary>
    public PersonalizationApplication? PersonalizationTarget { get; set; }

    public LoadSession? Load { get; set; }

    /// <summary>STORE DATA for the security domain itself.</summary>
    public StoreDataBlocks StoreData { get; set; } = new();

    /// <summary>Entries that GET STATUS [next occurrence] has still to return.</summary>
    public Queue<byte[]> StatusEntries { get; set; } = new();
}
