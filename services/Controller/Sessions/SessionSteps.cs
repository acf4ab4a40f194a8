using System.Security.Cryptography;
using MassTransit;
using Microsoft.Extensions.Options;
using PersoMesh.Contracts.Session;
using PersoMesh.Controller.Dispatch;

namespace PersoMesh.Controller.Sessions;

/// <summary>What a session does at each step: claims, sends, counts. Each step may run again with the same effect.</summary>
public sealed class SessionSteps(ICardDispatcher dispatcher, SessionDeadlines deadlines, IOptions<ControllerOptions> options, TimeProvider time)
{
    readonly ControllerOptions _options = options.Value;

    /// <summary>Claims a card object and sends it to the station with the opening batch; leaves the session waiting when there is none.</summary>
    public async Task AssignAsync(BehaviorContext<CardSession> context)
    {
        var session = context.Saga;
        if (await dispatcher.ClaimAsync(session.CorrelationId, session.Pool, context.CancellationToken) is not { } assigned)
            return;
        var (job, card) = (assigned.Job, assigned.Card);
        if (session.CardObjectId.Length == 0)
        {
            session.CardObjectId = card.CardObjectId;
            (session.JobId, session.JobName, session.Profile) = (job.JobId, job.Name, job.Profile);
            session.Attempt = assigned.Attempt;
            session.Started = time.GetUtcNow();
            session.SealedScript = card.SealedScript;
            session.HostChallenge = RandomNumberGenerator.GetBytes(Opening.HostChallengeLength);
            ControllerTelemetry.Waited(assigned.Waited, session.Pool);
        }

        var commands = Opening.Commands(card.Opening, session.HostChallenge);
        session.Sent = Remember(commands);
        deadlines.Set(session.CorrelationId, nameof(CardSessionMachine.Opening), _options.OpeningTimeout);
        using var root = ControllerTelemetry.StartSession(session);
        await context.Send(QueueNames.Station(session.Station), new CardAssigned
        {
            SessionId = session.CorrelationId,
            Reader = session.Reader,
            CardObjectId = card.CardObjectId,
            Job = job.Name,
            Profile = job.Profile,
            SealedModules = card.SealedModules,
            Opening = commands,
        });
    }

    /// <summary>Judges the opening and reads the card's serial number from it.</summary>
    public static void JudgeOpening(CardSession session, BatchOutcome outcome)
    {
        BatchJudgement.Apply(session, outcome, isChanging: false);
        if (!session.HasFailed)
            session.CardSerial = Opening.ReadSerial(session.Sent, outcome.Responses);
    }

    /// <summary>Judges a batch, whenever the station tells of it.</summary>
    public static void JudgeBatch(CardSession session, BatchOutcome outcome)
    {
        (session.Verdict, session.Reason, session.IsJournalHeard) = (Verdict.Good, "", true);
        BatchJudgement.Apply(session, outcome, isChanging: true);
    }

    /// <summary>Judges what the station's journal says of a session.</summary>
    public static void JudgeReport(CardSession session, SessionOutcomeReported report)
    {
        JudgeBatch(session, report.Outcome ?? new BatchOutcome([]));
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

    /// <summary>The station will not use the blank that waited.</summary>
    public async Task GiveUpAsync(BehaviorContext<CardSession> context)
    {
        var released = await dispatcher.ReleaseAsync(context.Saga.CorrelationId, Verdict.Rejected, context.CancellationToken);
        await WakeAsync(context, released);
    }

    public async Task AskSecurityAsync(BehaviorContext<CardSession> context, BatchOutcome opening)
    {
        var session = context.Saga;
        deadlines.Set(session.CorrelationId, nameof(CardSessionMachine.Securing), _options.SecurityTimeout);
        using var step = ControllerTelemetry.StartStep("protect script", session);
        await context.Send(QueueNames.SecuritySessions,
            new ProtectScript(session.CorrelationId, session.CardObjectId, session.SealedScript!, session.HostChallenge, Opening.InitializeUpdateResponse(opening.Responses)));
    }

    public async Task SendBatchAsync(BehaviorContext<CardSession> context, ScriptProtected script)
    {
        var session = context.Saga;
        await dispatcher.CountCryptogramAsync(session.Pool, wrong: false, context.CancellationToken);
        session.SealedScript = null;
        session.SealedChannel = script.SealedChannel;
        session.Sent = Remember(script.Commands);
        deadlines.Set(session.CorrelationId, nameof(CardSessionMachine.Programming), _options.ProgrammingTimeout);
        using var step = ControllerTelemetry.StartStep("program card", session);
        await context.Send(QueueNames.Station(session.Station), new CommandBatch(session.CorrelationId, 1, session.Reader, script.Commands));
    }

    /// <summary>Security would not open the channel; nothing was sent to the card.</summary>
    public async Task RefuseAsync(BehaviorContext<CardSession> context, ScriptRefused refusal)
    {
        var session = context.Saga;
        var isStopped = refusal.WrongCryptogram && await dispatcher.CountCryptogramAsync(session.Pool, wrong: true, context.CancellationToken);
        session.FailWith(Verdict.Rejected, refusal.Reason);
        if (isStopped)
        {
            await context.Publish(new PoolStopped(session.Pool,
                $"pool '{session.Pool}' is stopped: {_options.WrongCryptogramBudget} cards in a row had a wrong cryptogram. Check the cards in its stations and the profile's keys, then restart the Controller"));
        }
    }

    public async Task AskVerificationAsync(BehaviorContext<CardSession> context, BatchOutcome outcome)
    {
        var session = context.Saga;
        deadlines.Set(session.CorrelationId, nameof(CardSessionMachine.Verifying), _options.SecurityTimeout);
        using var step = ControllerTelemetry.StartStep("verify answers", session);
        await context.Send(QueueNames.SecuritySessions, new VerifyResponses(session.CorrelationId, session.SealedChannel!, outcome.Responses));
    }

    /// <summary>Sends the verdict to the station.</summary>
    public async Task SendVerdictAsync(BehaviorContext<CardSession> context)
    {
        var session = context.Saga;
        session.SealedScript = null;
        // A journal that speaks later must be verified as well.
        session.SealedChannel = session.IsOpen ? session.SealedChannel : null;
        session.Duration = time.GetUtcNow() - session.Started;
        deadlines.Set(session.CorrelationId, nameof(CardSessionMachine.Completing), _options.CompletionTimeout);
        using var step = ControllerTelemetry.StartStep("format complete", session);
        await context.Send(QueueNames.Station(session.Station), new FormatComplete(session.CorrelationId, session.Reader, session.Verdict, session.IsJournalHeard));
    }

    /// <summary>
    /// Tells the issuer, and gives a rejected card object back to the dispatcher while it has attempts left. One that the station's journal may yet
    /// resolve stays claimed.
    /// </summary>
    public async Task ReportAsync(BehaviorContext<CardSession> context)
    {
        var session = context.Saga;
        deadlines.Clear(session.CorrelationId);
        var released = session.IsOpen
            ? new ReleasedCard(false, [])
            : await dispatcher.ReleaseAsync(session.CorrelationId, session.Verdict, context.CancellationToken);
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
        await WakeAsync(context, released);
    }

    static async Task WakeAsync(ConsumeContext context, ReleasedCard released)
    {
        foreach (var sessionId in released.Woken)
            await context.Send(QueueNames.OwnSessions, new CardReserved(sessionId));
    }

    static SentCommand[] Remember(IReadOnlyList<CardCommand> commands)
    {
        var sent = new SentCommand[commands.Count];
        for (var i = 0; i < sent.Length; i++)
            sent[i] = new SentCommand(Convert.ToHexString(commands[i].Apdu, 0, 4), commands[i].Expected, commands[i].Place, commands[i].IsReading);
        return sent;
    }
}
