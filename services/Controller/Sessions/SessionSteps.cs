using System.Security.Cryptography;
using MassTransit;
using Microsoft.Extensions.Options;
using PersoMesh.Contracts.Session;
using PersoMesh.Controller.Dispatch;

namespace PersoMesh.Controller.Sessions;

/// <summary>What a session does at each step: claims, sends, counts. Each step may run again with the same effect.</summary>
public sealed class SessionSteps(ICardDispatcher dispatcher, IOptions<ControllerOptions> options, TimeProvider time)
{
    // A card that loses contact more often is not worth another try.
    const int MostLostContacts = 8;

    readonly ControllerOptions _options = options.Value;

    /// <summary>Claims a card object and sends it to the station with the opening batch; leaves the session waiting when there is none.</summary>
    public async Task AssignAsync(BehaviorContext<CardSession> context)
    {
        var session = context.Saga;
        if (await dispatcher.ClaimAsync(ReaderOf(session), context.CancellationToken) is not { } assigned)
        {
            // A station that is there says so again and again.
            SetDeadline(session, _options.WaitingTimeout);
            return;
        }

        var (job, card) = (assigned.Job, assigned.Card);
        if (session.CardObjectId.Length == 0)
        {
            session.CardObjectId = card.CardObjectId;
            (session.JobId, session.JobName, session.Profile) = (job.JobId, job.Name, job.Profile);
            session.Attempt = assigned.Attempt;
            session.Started = time.GetUtcNow();
            session.HostChallenge = RandomNumberGenerator.GetBytes(Opening.HostChallengeLength);
            ControllerTelemetry.Waited(assigned.Waited, session.Pool);
        }

        using var root = ControllerTelemetry.StartSession(session);
        // A card without a secure channel tells in its opening whether it is blank.
        session.Blank = card.Opening.Commands is null ? session.Blank : null;
        if (session.Blank is { } blank)
        {
            SetDeadline(session, _options.SecurityTimeout);
            await context.Send(QueueNames.SecuritySessions, new ProtectScript(
                session.CorrelationId, card.CardObjectId, card.SealedScript, session.HostChallenge, [],
                new ForeseenOpening(blank, card.Opening.SecurityDomain, card.Opening.KeyVersion)));
            return;
        }

        await SendAssignmentAsync(context, assigned, script: null);
    }

    /// <summary>Sends the card object with its whole script.</summary>
    public async Task AssignWithScriptAsync(BehaviorContext<CardSession> context, ScriptProtected script)
    {
        var session = context.Saga;
        session.HasForeseenScript = true;
        (session.SealedChannel, session.Sequence) = (script.SealedChannel, script.Sequence);
        using var step = ControllerTelemetry.StartStep("assign card", session);
        await SendAssignmentAsync(context, await ClaimedAsync(session, context.CancellationToken), script);
    }

    /// <summary>The card's answers cannot be foreseen: they are asked for.</summary>
    public async Task AssignWithoutScriptAsync(BehaviorContext<CardSession> context)
    {
        var session = context.Saga;
        session.Blank = null;
        using var step = ControllerTelemetry.StartStep("assign card", session);
        await SendAssignmentAsync(context, await ClaimedAsync(session, context.CancellationToken), script: null);
    }

    async Task SendAssignmentAsync(BehaviorContext<CardSession> context, AssignedCard assigned, ScriptProtected? script)
    {
        var (session, job, card) = (context.Saga, assigned.Job, assigned.Card);
        var commands = Opening.Commands(card.Opening, session.HostChallenge);
        (session.Opened, session.Sent) = script is null ? ([], Remember(commands)) : (Remember(commands), Remember(script.Commands));
        SetDeadline(session, session.IsAhead ? _options.PrefetchTimeout : _options.OpeningTimeout);
        await context.Send(QueueNames.Station(session.Station), new CardAssigned
        {
            SessionId = session.CorrelationId,
            Reader = session.Reader,
            CardObjectId = card.CardObjectId,
            Job = job.Name,
            Profile = job.Profile,
            SealedModules = card.SealedModules,
            Opening = commands,
            Script = script is null ? null : new ForeseenScript(script.OpeningDigest!, script.Commands, IsGoodWhenDone: script.SealedChannel is null),
        });
    }

    /// <summary>Judges the opening and reads the card's serial number from it.</summary>
    public static void JudgeOpening(CardSession session, BatchOutcome outcome)
    {
        BatchJudgement.Apply(session, outcome, isChanging: false);
        if (!session.HasFailed)
            session.CardSerial = Opening.ReadSerial(session.Sent, outcome.Responses);
    }

    /// <summary>The card did not answer what was foreseen; the station has dropped the script.</summary>
    public static void ForgetScript(CardSession session)
    {
        if (session.Opened.Count > 0)
            session.Sent = session.Opened;
        (session.Opened, session.Blank, session.HasForeseenScript, session.SealedChannel, session.Sequence) = ([], null, false, null, 0);
    }

    /// <summary>
    /// Judges a batch, whenever the station tells of it. When the contact was lost, or the batch only found out how far the card had come, the verdict
    /// is what holds if the session cannot go on.
    /// </summary>
    public static void JudgeBatch(CardSession session, BatchOutcome outcome, BatchOutcome? opening)
    {
        // One that was foreseen and found as foreseen: all that it tells is the card's number.
        if (session.Opened.Count > 0 && opening?.Responses.Count == session.Opened.Count)
        {
            session.ApduCount += opening.Responses.Count;
            session.CardSerial = Opening.ReadSerial(session.Opened, opening.Responses);
            session.Opened = [];
        }

        session.IsJournalHeard = true;
        if (session.IsProof)
        {
            session.ApduCount += outcome.Responses.Count;
            session.FailAsLost();
        }
        else
        {
            (session.Verdict, session.Reason) = (Verdict.Good, "");
            BatchJudgement.Apply(session, outcome, isChanging: true);
        }

        if (outcome.Fault == CardFault.ContactLost)
            session.LostContact = new(1 + (session.LostContact?.Times ?? 0), session.Verdict, session.Reason);
        session.MustResume = outcome.Fault switch
        {
            CardFault.ContactLost => session.MayResume && session.LostContact!.Times <= MostLostContacts,
            null => session.IsProof,
            _ => false,
        };
    }

    /// <summary>The card is on the good pile already. Ours is the last word on that only if the station has put it there against its answers.</summary>
    public async Task AnswerStackedAsync(BehaviorContext<CardSession, BatchResult> context)
    {
        var session = context.Saga;
        if (session.HasForeseenScript)
            await dispatcher.CountCryptogramAsync(session.CorrelationId, session.Pool, wrong: false, context.CancellationToken);
        if (session.HasFailed)
            session.FailWith(Verdict.Unresolved, $"the station has put the card on the good pile, but {session.Reason}");
        session.IsJournalHeard = true;
        await SendVerdictAsync(context);
    }

    /// <summary>A station tells of a good card once more; its session is over.</summary>
    public static Task AnswerStackedAgainAsync(ConsumeContext<BatchResult> context) => context.Message.StackedFrom is { } place
        ? context.Send(QueueNames.Station(place.Station), new FormatComplete(context.Message.SessionId, place.Reader, Verdict.Good, JournalHeard: true))
        : Task.CompletedTask;

    /// <summary>Judges what the station's journal says of a session.</summary>
    public static void JudgeReport(CardSession session, SessionOutcomeReported report)
    {
        if (session.LostContact is not null && report.Sequence < session.Sequence)
        {
            // It was stopped before it went on with the card.
            session.IsJournalHeard = true;
            session.FailAsLost();
            return;
        }

        JudgeBatch(session, report.Outcome ?? new BatchOutcome([]), report.Opening);
        if (report.Outcome is null)
            session.FailWith(Verdict.Rejected, "the station's journal says that nothing was written to the card");
    }

    /// <summary>Says the verdict once more, to a station that reports a session which is decided.</summary>
    public static Task RepeatVerdictAsync(BehaviorContext<CardSession, SessionOutcomeReported> context) => context.Send(
        QueueNames.Station(context.Message.Station),
        new FormatComplete(context.Saga.CorrelationId, context.Message.Reader, context.Saga.Verdict, JournalHeard: true));

    /// <summary>A station reports a session that nobody here knows: its card belongs to those that an operator looks at.</summary>
    public static Task AnswerUnknownAsync(ConsumeContext<SessionOutcomeReported> context) => context.Send(
        QueueNames.Station(context.Message.Station),
        new FormatComplete(context.Message.SessionId, context.Message.Reader, Verdict.Unresolved, JournalHeard: true));

    public async Task AskSecurityAsync(BehaviorContext<CardSession> context, BatchOutcome opening)
    {
        var session = context.Saga;
        SetDeadline(session, _options.SecurityTimeout);
        // The script is the largest thing about a card; the dispatcher has it anyway.
        var assigned = await ClaimedAsync(session, context.CancellationToken);
        using var step = ControllerTelemetry.StartStep("protect script", session);
        await context.Send(QueueNames.SecuritySessions,
            new ProtectScript(session.CorrelationId, session.CardObjectId, assigned.Card.SealedScript, session.HostChallenge, Opening.InitializeUpdateResponse(opening.Responses)));
    }

    public async Task SendBatchAsync(BehaviorContext<CardSession> context, ScriptProtected script)
    {
        var session = context.Saga;
        await dispatcher.CountCryptogramAsync(session.CorrelationId, session.Pool, wrong: false, context.CancellationToken);
        (session.Verdict, session.Reason) = (Verdict.Good, "");
        (session.SealedChannel, session.Sequence, session.MayResume, session.IsProof) = (script.SealedChannel, script.Sequence, script.MayResume, script.IsProof);
        session.Sent = Remember(script.Commands);
        SetDeadline(session, _options.ProgrammingTimeout);
        using var step = ControllerTelemetry.StartStep("program card", session);
        await context.Send(QueueNames.Station(session.Station), new CommandBatch(
            session.CorrelationId, script.Sequence, session.Reader, script.Commands, IsGoodWhenDone: script.SealedChannel is null, script.MayResume));
    }

    /// <summary>Asks how to go on with a card after its contact was lost.</summary>
    public async Task AskResumptionAsync(BehaviorContext<CardSession> context, BatchOutcome outcome)
    {
        var session = context.Saga;
        SetDeadline(session, _options.SecurityTimeout);
        using var step = ControllerTelemetry.StartStep("resume card", session);
        await context.Send(QueueNames.SecuritySessions, new ResumeScript(session.CorrelationId, session.SealedChannel!, outcome.Responses));
    }

    /// <summary>Security would not open the channel; nothing was sent to the card.</summary>
    public async Task RefuseAsync(BehaviorContext<CardSession> context, ScriptRefused refusal)
    {
        var session = context.Saga;
        var isStopped = refusal.WrongCryptogram && await dispatcher.CountCryptogramAsync(session.CorrelationId, session.Pool, wrong: true, context.CancellationToken);
        if (session.LostContact is { } lost)
            session.FailWith(lost.Verdict, $"{lost.Reason}, and the session could not go on: {refusal.Reason}");
        else
            session.FailWith(Verdict.Rejected, refusal.Reason);
        if (isStopped)
        {
            await context.Publish(new PoolStopped(session.Pool,
                $"pool '{session.Pool}' is stopped: {_options.WrongCryptogramBudget} cards in a row had a wrong cryptogram. Check the cards in its stations and the profile's keys, then 'perso pool resume {session.Pool}'"));
        }
    }

    public async Task AskVerificationAsync(BehaviorContext<CardSession> context, BatchOutcome outcome)
    {
        var session = context.Saga;
        SetDeadline(session, _options.SecurityTimeout);
        using var step = ControllerTelemetry.StartStep("verify answers", session);
        await context.Send(QueueNames.SecuritySessions, new VerifyResponses(session.CorrelationId, session.SealedChannel!, outcome.Responses));
    }

    /// <summary>Sends the verdict to the station.</summary>
    public async Task SendVerdictAsync(BehaviorContext<CardSession> context)
    {
        var session = context.Saga;
        // A journal that speaks later must be verified as well.
        session.SealedChannel = session.IsOpen ? session.SealedChannel : null;
        session.Duration = time.GetUtcNow() - session.Started;
        SetDeadline(session, _options.CompletionTimeout);
        using var step = ControllerTelemetry.StartStep("format complete", session);
        await context.Send(QueueNames.Station(session.Station), new FormatComplete(session.CorrelationId, session.Reader, session.Verdict, session.IsJournalHeard));
    }

    /// <summary>
    /// Tells the issuer, and gives a rejected card object back to the dispatcher while it has attempts left. What the station's journal says of an
    /// unresolved one settles it, unless an operator was faster.
    /// </summary>
    public async Task ReportAsync(BehaviorContext<CardSession> context)
    {
        var session = context.Saga;
        session.Deadline = null;
        if (session is { IsUnused: true, WasReported: false })
        {
            await AbandonAsync(context);
            return;
        }

        var released = session.WasReported
            ? await SettleAsync(session, context.CancellationToken)
            : await dispatcher.ReleaseAsync(session.CorrelationId, session.Verdict, context.CancellationToken);
        session.WasReported = true;
        ControllerTelemetry.Finished(session, session.Verdict, session.Duration);
        var summary = new SessionSummary
        {
            SessionId = session.CorrelationId,
            JobId = session.JobId,
            CardObjectId = session.CardObjectId,
            CardSerial = session.CardSerial,
            Station = session.Station,
            Reader = session.Reader,
            Started = session.Started,
            Duration = session.Duration,
            ApduCount = session.ApduCount,
            Attempt = session.Attempt,
        };
        if (session.HasFailed)
            await context.Publish(new CardFailed(summary, session.Verdict, session.Reason, released.WillRetry), context.CancellationToken);
        else
            await context.Publish(new CardPersonalized(summary), context.CancellationToken);
        await WakeAsync(context, released.Woken);
    }

    /// <summary>The station will not use the blank that waited.</summary>
    public Task AbandonAsync(BehaviorContext<CardSession> context) => LeaveAsync(context, isOver: true);

    /// <summary>The station fell silent before it was sent anything: no card is kept for it. It may come back, under the same session.</summary>
    public async Task LoseStationAsync(BehaviorContext<CardSession> context)
    {
        context.Saga.Deadline = null;
        await LeaveAsync(context, isOver: false);
    }

    async Task LeaveAsync(BehaviorContext<CardSession> context, bool isOver) =>
        await WakeAsync(context, await dispatcher.LeaveAsync(context.Saga.CorrelationId, isOver, context.CancellationToken));

    /// <summary>A deadline that was set anew meanwhile has not passed.</summary>
    public bool IsOverdue(CardSession session) => session.Deadline <= time.GetUtcNow();

    async Task<ReleasedCard> SettleAsync(CardSession session, CancellationToken cancellationToken)
    {
        if (session.Verdict == Verdict.Unresolved)
            return new ReleasedCard(false, []);
        var isGood = session.Verdict == Verdict.Good;
        var settled = await dispatcher.ResolveAsync(session.JobId, session.CardObjectId, isGood, cancellationToken);
        return new ReleasedCard(settled is not null && !isGood, settled?.Woken ?? []);
    }

    static async Task WakeAsync(ConsumeContext context, IReadOnlyList<Guid> sessions)
    {
        foreach (var sessionId in sessions)
            await context.Send(QueueNames.OwnSessions, new CardReserved(sessionId));
    }

    void SetDeadline(CardSession session, TimeSpan within) => session.Deadline = time.GetUtcNow() + within;

    async ValueTask<AssignedCard> ClaimedAsync(CardSession session, CancellationToken cancellationToken) =>
        await dispatcher.ClaimAsync(ReaderOf(session), cancellationToken)
            ?? throw new InvalidOperationException($"Session {session.CorrelationId} has lost its claim to {session.CardObjectId}.");

    static WaitingReader ReaderOf(CardSession session) => new(session.CorrelationId, session.Pool, $"{session.Station}/{session.Reader}");

    static SentCommand[] Remember(IReadOnlyList<CardCommand> commands)
    {
        var sent = new SentCommand[commands.Count];
        for (var i = 0; i < sent.Length; i++)
            sent[i] = new SentCommand(Convert.ToHexString(commands[i].Apdu, 0, 4), commands[i].Expected, commands[i].Place, commands[i].IsReading);
        return sent;
    }
}
