using System.Diagnostics;
using MassTransit;
using Microsoft.Extensions.Logging;
using PersoMesh.Contracts.Session;
using PersoMesh.StationGateway.Modules;
using PersoMesh.StationGateway.Readers;

namespace PersoMesh.StationGateway.Lanes;

/// <summary>
/// One reader's work: relays commands between Controller and card, one session after the other. It decides nothing about what a card gets, and executes
/// each batch once: a repeated message is answered from <see cref="LaneJournal"/>, and after a restart the journal says how far the session had come.
/// </summary>
public sealed partial class ReaderLane : IDisposable
{
    static readonly Uri Sessions = new("exchange:card-session");

    readonly SemaphoreSlim _gate = new(1);
    readonly string _station;
    readonly string _pool;
    readonly ICardReader _reader;
    readonly IModuleWriter _modules;
    readonly LaneJournal _journal;
    readonly SealedCommands _commands;
    readonly TimeProvider _time;
    readonly ILogger _logger;
    readonly LaneCounts _counts = new();
    readonly NextCard _next;
    readonly bool _prefetches;
    readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    ISendEndpointProvider? _bus;
    CancellationToken _stopping;
    CardAssigned? _assigned;
    ActivityContext _trace;
    byte[]? _atr;
    bool _isFeeding;
    bool _isDraining;
    object? _unanswered;
    long? _saidAt;

    internal ReaderLane(
        string station, string pool, ICardReader reader, IModuleWriter modules, LaneJournal journal, SealedCommands commands, TimeProvider time, ILogger logger,
        bool prefetches = false)
    {
        (_station, _pool, _reader, _modules, _journal, _commands, _time, _logger) = (station, pool, reader, modules, journal, commands, time, logger);
        (_next, _prefetches) = (new NextCard(journal.Next), prefetches);
    }

    public string Reader => _reader.Name;

    /// <summary>What the lane does, for displays.</summary>
    public ReaderStatus Status => new(Reader, Activity)
    {
        Pool = _pool,
        Instruction = _isDraining && _journal.Card is null ? "The gateway stops: take no new card." : _reader.Instruction,
        CardObjectId = _journal.Card?.CardObjectId,
        Job = _journal.Card?.Job,
        Good = _counts.Good,
        Rejected = _counts.Rejected,
        Unresolved = _counts.Unresolved,
    };

    /// <summary>A card object is in work, or the Controller does not know how one ended: a stop should wait for it.</summary>
    internal bool IsBusy => _journal.Card is not null || _journal.Unheard.Count > 0;

    string Activity =>
        _unanswered is SessionOutcomeReported ? "reporting"
        : _journal.Card is not null ? "personalizing"
        : _atr is not null ? "waiting"
        : "no card";

    /// <summary>Reports what a restart broke off, or waits for the first card.</summary>
    public async Task StartAsync(ISendEndpointProvider bus, CancellationToken stopping)
    {
        await _gate.WaitAsync(stopping);
        try
        {
            (_bus, _stopping) = (bus, stopping);
            if (_journal.WasOpenedBefore)
            {
                _reader.Recover(hasUsedCard: true);
                LogRecovered(_logger, _station, Reader, _journal.Session);
                _journal.Close();
                _unanswered = Outcome();
            }
            else
            {
                _reader.Recover(hasUsedCard: _journal.IsLastCardUsed && !_reader.TakesCardsAway);
                _ = FeedAsync(_reader.NextCardAsync(stopping).AsTask());
            }
        }
        finally
        {
            _gate.Release();
        }

        _started.SetResult();
    }

    /// <summary>Says again what the Controller has not reacted to: that a card waits, or what became of one.</summary>
    public async Task RemindAsync(ISendEndpointProvider sender, TimeSpan after, CancellationToken cancellationToken)
    {
        await RemindOfUnheardAsync(after);
        // A lane that is busy with a card has no need to remind anybody of it.
        if (!await _gate.WaitAsync(TimeSpan.Zero, cancellationToken))
            return;
        try
        {
            if (_unanswered is { } message && (_saidAt is not { } saidAt || _time.GetElapsedTime(saidAt) >= after))
                await SayAsync(sender, message, cancellationToken);
            if (_next.IsAwaited && (_next.AskedAt is not { } askedAt || _time.GetElapsedTime(askedAt) >= after))
                await AskAheadAsync();
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Takes no further card. A blank that waits is withdrawn; a card in work, or one that is just being assigned, is finished.</summary>
    /// <returns>True when a blank was withdrawn: a card object may still be on its way to it.</returns>
    public async Task<bool> DrainAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            _isDraining = true;
            var ready = _unanswered as StationReady;
            if (ready is not null)
            {
                _unanswered = null;
                await SayAsync(_bus!, new StationWithdrawn(ready.SessionId), cancellationToken);
            }

            await UnbookAsync(_bus!, cancellationToken);
            return ready is not null;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>After the bus has stopped: lets go of the card in the reader, and forgets the session of a blank that was withdrawn.</summary>
    public ValueTask LetGoAsync()
    {
        if (_isDraining && _unanswered is null && _journal.Session != Guid.Empty && _journal.Card is null)
            _journal.Withdraw();
        return _reader.ForgetCardAsync();
    }

    /// <summary>Opens the card for a session, as soon as it is there, and returns what it answered. One for the next card does not wait for this one's end.</summary>
    public Task AssignAsync(ConsumeContext<CardAssigned> context) => _next.Offer(context.Message) ? Task.CompletedTask : LockedAsync(context, async message =>
    {
        if (message.SessionId != _journal.Session || _journal.IsClosed)
            return; // A card that is no longer here: its session's deadline takes care of it.
        _unanswered = null;
        Take(message);
        if (_atr is not null)
            await OpenAsync(context, context.CancellationToken);
    });

    /// <summary>Sends a batch to the card and returns what it answered.</summary>
    public Task ProgramAsync(ConsumeContext<CommandBatch> context) => LockedAsync(context, async message =>
    {
        if (message.SessionId != _journal.Session)
            return;
        if (!_journal.IsClosed)
            _unanswered = null;
        if (!_journal.TryFind(message.SessionId, message.Sequence, out var outcome))
        {
            if (_journal.IsClosed)
                return;
            outcome = await ExecuteAsync(message.Sequence, message.Commands, message.MayResume);
        }

        await ConcludeAsync(context, new BatchResult(message.SessionId, message.Sequence, outcome), message.Commands, message.IsGoodWhenDone, context.CancellationToken);
    });

    /// <summary>Carries out the verdict, acknowledges it and, if a further card is there, says so in the same message.</summary>
    public Task CompleteAsync(ConsumeContext<FormatComplete> context) => IsOfUnheard(context.Message) ? HearAsync(context.Message) : LockedAsync(context, async message =>
    {
        if (message.SessionId != _journal.Session)
        {
            await CompleteOtherAsync(context);
            return;
        }

        if (message is { Verdict: Verdict.Unresolved, JournalHeard: false })
        {
            _journal.Close();
            await AnnounceAsync(context, Outcome(), context.CancellationToken);
            return;
        }

        // No card came for it: nothing to put anywhere.
        if (!_isFeeding)
            await CarryOutAsync(message.Verdict, context.CancellationToken);
        _journal.Finish();
        (_assigned, _unanswered) = (null, null);
        // Perhaps the whole stack is of another kind: whether a next card is spent is asked anew.
        if (message.Verdict != Verdict.Good)
            await UnbookAsync(context, context.CancellationToken);
        if (_isFeeding || _isDraining)
        {
            await context.Send(Sessions, new FormatCompleteAcknowledged(message.SessionId));
            return;
        }

        _atr = null;
        var next = _reader.NextCardAsync(_stopping).AsTask();
        if (_journal.Next == Guid.Empty && next.IsCompletedSuccessfully && await next is { } atr)
        {
            _atr = atr;
            BeginSession();
            await AnnounceAsync(context, NextReady(message.SessionId), context.CancellationToken);
            return;
        }

        _ = FeedAsync(next);
        await context.Send(Sessions, new FormatCompleteAcknowledged(message.SessionId));
    });

    public void Dispose()
    {
        _gate.Dispose();
        _journal.Dispose();
    }

    async Task CarryOutAsync(Verdict verdict, CancellationToken cancellationToken)
    {
        if (_journal.Card is { } card && verdict == Verdict.Good)
            await _modules.WriteAsync(card.CardObjectId, card.SealedModules, _reader.FlipAsync, cancellationToken);
        await _reader.EjectAsync(verdict, _journal.Card?.CardObjectId, cancellationToken);
        _counts.Add(verdict);
    }

    /// <summary>Waits for a card outside any message, then opens it when its card object is there already, or says that it waits.</summary>
    async Task FeedAsync(Task<byte[]?> next)
    {
        _isFeeding = true;
        try
        {
            var atr = await next;
            await _gate.WaitAsync(_stopping);
            try
            {
                _isFeeding = false;
                if ((_atr = atr) is null)
                {
                    await UnbookAsync(_bus!, _stopping);
                    return;
                }

                if (_isDraining && _journal.Card is null)
                    return;
                BeginSession();
                if (_assigned is not null && !_journal.IsClosed)
                    await OpenAsync(_bus!, _stopping);
                else
                    await AnnounceAsync(_bus!, Ready(), _stopping);
            }
            finally
            {
                _gate.Release();
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The gateway stops.
        }
#pragma warning disable CA1031 // Nobody waits for this task: what fails is said, and said again by the next reminder.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogNotFed(_logger, _station, Reader, e);
        }
    }

    async Task OpenAsync(ISendEndpointProvider sender, CancellationToken cancellationToken)
    {
        var assigned = _assigned!;
        using var span = GatewayTelemetry.ContinueCard(_trace);
        if (!_journal.TryFind(assigned.SessionId, 0, out var opening))
        {
            await BookAsync(cancellationToken);
            opening = await ExecuteAsync(0, assigned.Opening);
            if (opening is { Responses.Count: 0, Fault: CardFault.CardRemoved or CardFault.ReaderFailed } && !_reader.TakesCardsAway)
            {
                // The operator took the blank out while it waited. The card object stays assigned to the next one that is inserted.
                _journal.ForgetOpening();
                await _reader.ForgetCardAsync();
                _atr = null;
                _ = FeedAsync(_reader.NextCardAsync(_stopping).AsTask());
                return;
            }
        }

        if (assigned.Script is not { } script || !IsForeseen(script, assigned.Opening, opening))
        {
            await AnnounceAsync(sender, new ProgrammingRequested { SessionId = assigned.SessionId, Outcome = opening }, cancellationToken);
            return;
        }

        if (!_journal.TryFind(assigned.SessionId, 1, out var outcome))
            outcome = await ExecuteAsync(1, script.Commands);
        await ConcludeAsync(
            sender, new BatchResult(assigned.SessionId, 1, outcome) { Opening = opening }, script.Commands, script.IsGoodWhenDone, cancellationToken);
    }

    async Task<BatchOutcome> ExecuteAsync(int sequence, IReadOnlyList<CardCommand> commands, bool mayResume = false)
    {
        using var span = GatewayTelemetry.StartBatch(commands.Count, _station, Reader, _journal.Session, _journal.Card!);
        _journal.Begin(sequence, commands.Count);
        CardFault? fault = null;
        for (var i = 0; i < commands.Count; i++)
        {
            try
            {
                // Not cancellable: a batch that was begun is brought to an end that is known.
                var response = await _commands.TransmitAsync(_reader, commands[i], $"{_journal.Session}/{sequence}/{i}");
                _journal.Answer(sequence, response);
                if (!IsExpected(commands[i], response))
                    break;
            }
            catch (CardFaultException e)
            {
                var isRegained = mayResume && e.Fault == CardFault.CardMute && await _reader.TryRegainContactAsync(CancellationToken.None);
                fault = isRegained ? CardFault.ContactLost : e.Fault;
                break;
            }
        }

        var outcome = _journal.End(sequence, fault);
        span?.SetTag("persomesh.apdus", outcome.Responses.Count);
        if (fault is not null)
            span?.SetTag("persomesh.card_fault", fault.ToString());
        return outcome;
    }

    static bool IsExpected(CardCommand command, byte[] response) =>
        response.Length >= 2 && command.Expected.Contains((ushort)((response[^2] << 8) | response[^1]));

    StationReady Ready() => new() { SessionId = _journal.Session, Station = _station, Reader = Reader, Pool = _pool, Atr = _atr! };

    NextCardReady NextReady(Guid acknowledged) =>
        new() { SessionId = _journal.Session, AcknowledgedSessionId = acknowledged, Station = _station, Reader = Reader, Pool = _pool, Atr = _atr! };

    SessionOutcomeReported Outcome() => new()
    {
        SessionId = _journal.Session,
        Station = _station,
        Reader = Reader,
        Sequence = _journal.LastWrite?.Sequence ?? 0,
        Outcome = _journal.LastWrite?.Outcome,
        Opening = _journal.Opening,
    };

    /// <summary>Says something that is to be said again until the Controller reacts.</summary>
    Task AnnounceAsync(ISendEndpointProvider sender, object message, CancellationToken cancellationToken)
    {
        (_unanswered, _saidAt) = (message, null);
        return SayAsync(sender, message, cancellationToken);
    }

    // The runtime type decides which message goes out.
    async Task SayAsync(ISendEndpointProvider sender, object message, CancellationToken cancellationToken)
    {
        await SendAsync(sender, message, cancellationToken);
        _saidAt = _time.GetTimestamp();
    }

    static async Task SendAsync(ISendEndpointProvider sender, object message, CancellationToken cancellationToken)
    {
        var endpoint = await sender.GetSendEndpoint(Sessions);
        await endpoint.Send(message, message.GetType(), cancellationToken);
    }

    async Task LockedAsync<T>(ConsumeContext<T> context, Func<T, Task> action)
        where T : class
    {
        await _started.Task.WaitAsync(context.CancellationToken);
        await _gate.WaitAsync(context.CancellationToken);
        try
        {
            await action(context.Message);
        }
        finally
        {
            _gate.Release();
        }
    }

    [LoggerMessage(EventId = 5002, Level = LogLevel.Warning, Message = "Station {Station}, {Reader}: session {Session} was broken off by a restart; its outcome is reported from the journal.")]
    static partial void LogRecovered(ILogger logger, string station, string reader, Guid session);

    [LoggerMessage(EventId = 5003, Level = LogLevel.Warning, Message = "Station {Station}, {Reader}: the Controller cannot be told of the next card yet.")]
    static partial void LogNotFed(ILogger logger, string station, string reader, Exception cause);
}
