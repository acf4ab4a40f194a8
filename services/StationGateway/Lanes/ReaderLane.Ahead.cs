using System.Security.Cryptography;
using MassTransit;
using Microsoft.Extensions.Logging;
using PersoMesh.Contracts.Session;

namespace PersoMesh.StationGateway.Lanes;

/// <summary>What a lane does ahead of the Controller: asks for the next card object, and goes on to the next card when this one is good when done.</summary>
public sealed partial class ReaderLane
{
    const int StatusWordLength = 2;

    // The card has answered as it was computed, its cryptogram included: only then may it get a command that it could count as a failed attempt.
    static bool IsForeseen(ForeseenScript script, IReadOnlyList<CardCommand> commands, BatchOutcome opening) =>
        IsDone(commands, opening)
        && SHA256.HashData(opening.Responses[^1].AsSpan()[..^StatusWordLength]).AsSpan().SequenceEqual(script.OpeningDigest);

    static bool IsDone(IReadOnlyList<CardCommand> commands, BatchOutcome outcome) =>
        outcome.Fault is null && outcome.Responses.Count == commands.Count && IsExpected(commands[^1], outcome.Responses[^1]);

    /// <summary>Tells what became of a batch; a card that is good when done is stacked first, and the next one begun.</summary>
    async Task ConcludeAsync(
        ISendEndpointProvider sender, BatchResult result, IReadOnlyList<CardCommand> commands, bool isGoodWhenDone, CancellationToken cancellationToken)
    {
        if (_journal.IsClosed)
        {
            // What the journal says is told again and again already, and a verdict answers it.
            await SendAsync(sender, result, cancellationToken);
            return;
        }

        if (!isGoodWhenDone || !IsDone(commands, result.Outcome) || !await TryStackAsync(cancellationToken))
        {
            await AnnounceAsync(sender, result, cancellationToken);
            return;
        }

        _journal.Finish(isUnheard: true);
        (_assigned, _unanswered) = (null, null);
        _ = ReportAsync(_journal.Unheard[^1]);
        if (_isDraining)
            return;
        _atr = null;
        _ = FeedAsync(_reader.NextCardAsync(_stopping).AsTask());
    }

    async Task<bool> TryStackAsync(CancellationToken cancellationToken)
    {
        try
        {
            await CarryOutAsync(Verdict.Good, cancellationToken);
            return true;
        }
#pragma warning disable CA1031 // The Controller's verdict comes as a message, which is delivered again until it could be carried out.
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            LogNotStacked(_logger, _station, Reader, e);
            return false;
        }
    }

    /// <summary>Asks for the card object of the next card, without waiting for it.</summary>
    async Task BookAsync(CancellationToken cancellationToken)
    {
        if (!_prefetches || _isDraining || _journal.Next != Guid.Empty)
            return;
        var blank = await _reader.PeekAsync(cancellationToken);
        _journal.Book(NewId.NextGuid());
        _next.Await(_journal.Next, blank);
        _ = AskAheadAsync();
    }

    // The blank in the reader has the session that was booked for it, if one was.
    void BeginSession()
    {
        if (_journal.Session != Guid.Empty)
            return;
        var booked = _next.Take();
        _journal.Wait(_journal.Next == Guid.Empty ? NewId.NextGuid() : _journal.Next);
        _trace = booked?.Trace ?? default;
        if (booked is not null)
            Take(booked.Assigned);
    }

    void Take(CardAssigned assigned)
    {
        if (_journal.Card is null)
            _journal.Assign(new CardInWork(assigned.CardObjectId, assigned.Job, assigned.Profile, assigned.SealedModules));
        _assigned = assigned;
    }

    Task AskAheadAsync()
    {
        _next.AskedAt = _time.GetTimestamp();
        return TryTellAsync(new StationReady
        {
            SessionId = _journal.Next,
            Station = _station,
            Reader = Reader,
            Pool = _pool,
            Atr = [],
            IsAhead = true,
            Blank = _next.Blank,
        });
    }

    /// <summary>No blank will come for the session that was booked.</summary>
    async Task UnbookAsync(ISendEndpointProvider sender, CancellationToken cancellationToken)
    {
        if (_journal.Next == Guid.Empty)
            return;
        _next.Take();
        _journal.Unbook();
        await SendAsync(sender, new StationWithdrawn(_journal.LastUnbooked, IsFinal: true), cancellationToken);
    }

    /// <summary>Answers a verdict on another session than the one under way.</summary>
    async Task CompleteOtherAsync(ConsumeContext<FormatComplete> context)
    {
        var message = context.Message;
        if (IsOfUnheard(message))
        {
            await HearAsync(message);
            return;
        }

        if (message.SessionId == _journal.Next && message.SessionId != Guid.Empty)
        {
            _next.Take();
            _journal.Unbook();
        }

        if (message.SessionId == _journal.LastUnbooked && message is { Verdict: Verdict.Unresolved, JournalHeard: false })
            await context.Send(Sessions, new StationWithdrawn(message.SessionId, IsFinal: true));
        else if (message.SessionId == _journal.LastUnbooked || message.SessionId == _journal.LastFinished)
            await context.Send(Sessions, new FormatCompleteAcknowledged(message.SessionId));
    }

    bool IsOfUnheard(FormatComplete message) => _journal.Unheard.Any(card => card.Session == message.SessionId);

    /// <summary>The Controller speaks of a card that is stacked: it knows of it now, or asks what became of it.</summary>
    Task HearAsync(FormatComplete message)
    {
        if (message is { Verdict: Verdict.Unresolved, JournalHeard: false })
            return _journal.Unheard.FirstOrDefault(card => card.Session == message.SessionId) is { } asked ? ReportAsync(asked) : Task.CompletedTask;
        _journal.Hear(message.SessionId);
        return Task.CompletedTask;
    }

    async Task RemindOfUnheardAsync(TimeSpan after)
    {
        foreach (var card in _journal.Unheard)
        {
            if (card.SaidAt is not { } saidAt || _time.GetElapsedTime(saidAt) >= after)
                await ReportAsync(card);
        }
    }

    Task ReportAsync(UnheardCard card)
    {
        card.SaidAt = _time.GetTimestamp();
        return TryTellAsync(card.Result with { StackedFrom = new CardPlace(_station, Reader) });
    }

    // Outside any message's handling: what fails is said again by a reminder.
    async Task TryTellAsync(object message)
    {
        try
        {
            await SendAsync(_bus!, message, _stopping);
        }
#pragma warning disable CA1031 // Nobody waits for this task.
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (!_stopping.IsCancellationRequested)
                LogNotTold(_logger, _station, Reader, e.GetType().Name);
        }
    }

    [LoggerMessage(EventId = 5005, Level = LogLevel.Warning, Message = "Station {Station}, {Reader}: the Controller cannot be told yet ({Cause}); it will be told again.")]
    static partial void LogNotTold(ILogger logger, string station, string reader, string cause);

    [LoggerMessage(EventId = 5006, Level = LogLevel.Warning, Message = "Station {Station}, {Reader}: a good card cannot be stacked yet.")]
    static partial void LogNotStacked(ILogger logger, string station, string reader, Exception cause);
}
