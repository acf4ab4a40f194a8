using MassTransit;
using PersoMesh.Contracts.Session;

namespace PersoMesh.Controller.Sessions;

/// <summary>
/// The way of one card, from a blank in a reader to a verdict. Reads as the protocol of DESIGN.md §4; what each phrase does is in
/// <see cref="CardSessionVocabulary"/>. A message that comes twice, or too late, finds a state that ignores it.
/// </summary>
public sealed class CardSessionMachine : MassTransitStateMachine<CardSession>
{
    public CardSessionMachine(SessionSteps steps)
    {
        Event(() => StationReady, e => e.CorrelateById(m => m.Message.SessionId));
        Event(() => CardReserved, e => OfRunningSession(e, m => m.SessionId));
        Event(() => ProgrammingRequested, e => OfRunningSession(e, m => m.SessionId));
        Event(() => ScriptProtected, e => OfRunningSession(e, m => m.SessionId));
        Event(() => ScriptRefused, e => OfRunningSession(e, m => m.SessionId));
        Event(() => BatchResult, e =>
        {
            e.CorrelateById(m => m.Message.SessionId);
            e.OnMissingInstance(missing => missing.ExecuteAsync(SessionSteps.AnswerStackedAgainAsync));
        });
        Event(() => ResponsesVerified, e => OfRunningSession(e, m => m.SessionId));
        Event(() => FormatCompleteAcknowledged, e => OfRunningSession(e, m => m.SessionId));
        Event(() => NextCardReady, e => OfRunningSession(e, m => m.AcknowledgedSessionId));
        Event(() => Withdrawn, e => OfRunningSession(e, m => m.SessionId));
        Event(() => OutcomeReported, e =>
        {
            e.CorrelateById(m => m.Message.SessionId);
            e.OnMissingInstance(missing => missing.ExecuteAsync(SessionSteps.AnswerUnknownAsync));
        });
        Event(() => DeadlinePassed, e => OfRunningSession(e, m => m.SessionId));

        InstanceState(s => s.CurrentState);

        Initially(
            When(StationReady).RememberStation().Assign(steps, Waiting, Foreseeing, Opening));

        During(Waiting,
            When(CardReserved).Assign(steps, Waiting, Foreseeing, Opening),
            When(StationReady).RememberStation().Assign(steps, Waiting, Foreseeing, Opening),
            When(Withdrawn).Abandon(steps).Finalize(),
            When(DeadlinePassed, late => late.Message.State == nameof(Waiting) && steps.IsOverdue(late.Saga)).LoseStation(steps));

        // Before the card is there: Security computes its script, which then lies at the station. From then on silence leaves the card unresolved.
        During(Foreseeing,
            When(StationReady).RememberArrival().RepeatAssignment(steps),
            When(ScriptProtected, IsForeseen).AssignWithScript(steps),
            When(ScriptRefused, refused => refused.Message.IsForeseen && !refused.Saga.HasForeseenScript).AssignWithoutScript(steps).TransitionTo(Opening),
            When(ProgrammingRequested).ForgetScript().JudgeOpening()
                .IfElse(Failed, failed => failed.Complete(steps, Completing), opened => opened.AskSecurity(steps).TransitionTo(Securing)),
            When(BatchResult).JudgeBatch().Conclude(steps, Verifying, Completing),
            When(OutcomeReported).JudgeReport().VerifyOrComplete(steps, report => report.Outcome!, Verifying, Completing),
            When(Withdrawn, IsFinal).Abandon(steps).Finalize(),
            When(DeadlinePassed, late => IsOverdue(late) && !late.Saga.HasForeseenScript).AssignWithoutScript(steps).TransitionTo(Opening),
            When(DeadlinePassed, late => IsOverdue(late) && late.Saga.HasForeseenScript)
                .Fail(Verdict.Unresolved, "the station said nothing of the card whose script it has").Complete(steps, Completing));

        During(Opening,
            When(StationReady).RememberArrival().RepeatAssignment(steps),
            When(Withdrawn, IsFinal).Abandon(steps).Finalize(),
            When(ProgrammingRequested).JudgeOpening()
                .IfElse(Failed, failed => failed.Complete(steps, Completing), opened => opened.AskSecurity(steps).TransitionTo(Securing)),
            When(DeadlinePassed, late => late.Message.State == nameof(Opening) && late.Saga.IsAhead).TakeBack().Complete(steps, Completing),
            When(DeadlinePassed, late => late.Message.State == nameof(Opening) && !late.Saga.IsAhead)
                .Fail(Verdict.Rejected, "the station did not open the card in time").Complete(steps, Completing));

        During(Securing,
            When(ScriptProtected, IsNext).SendBatch(steps).TransitionTo(Programming),
            When(ScriptRefused, refused => !refused.Message.IsForeseen).Refuse(steps).Complete(steps, Completing),
            When(DeadlinePassed, late => late.Message.State == nameof(Securing))
                .GiveUp("Security did not answer in time; nothing was written to the card").Complete(steps, Completing));

        During(Programming,
            When(BatchResult, IsLatest).JudgeBatch().IfElse(
                MustResume, lost => lost.AskResumption(steps).TransitionTo(Securing), judged => judged.Conclude(steps, Verifying, Completing)),
            When(DeadlinePassed, late => late.Message.State == nameof(Programming))
                .Fail(Verdict.Unresolved, "the station fell silent while it programmed the card").Complete(steps, Completing));

        During(Verifying,
            When(ResponsesVerified).JudgeVerification().Complete(steps, Completing),
            When(DeadlinePassed, late => late.Message.State == nameof(Verifying))
                .Fail(Verdict.Unresolved, "Security did not verify the card's answers in time").Complete(steps, Completing));

        During(Completing,
            When(FormatCompleteAcknowledged).Report(steps).Leave(Unresolved),
            When(NextCardReady).Report(steps).Leave(Unresolved),
            When(DeadlinePassed, late => late.Message.State == nameof(Completing))
                .Unacknowledged().Report(steps).Leave(Unresolved));

        During(Completing,
            When(BatchResult, result => result.Message.StackedFrom is not null && !IsUnheard(result)).Report(steps).Leave(Unresolved));

        // The station's journal speaks, after a restart or when it was asked by a verdict that came of silence.
        DuringAnyOf([Opening, Securing],
            When(OutcomeReported).GiveUp("the station was restarted before anything was written to the card").Complete(steps, Completing));
        During(Programming,
            When(OutcomeReported).JudgeReport().VerifyOrComplete(steps, report => report.Outcome!, Verifying, Completing));
        DuringAnyOf([Completing, Unresolved],
            When(OutcomeReported, IsUnheard).JudgeReport().VerifyOrComplete(steps, report => report.Outcome!, Verifying, Completing),
            When(OutcomeReported, IsHeard).RepeatVerdict(),
            When(BatchResult, result => IsUnheard(result) && IsLatest(result)).JudgeBatch().Conclude(steps, Verifying, Completing),
            When(Withdrawn, withdrawn => IsUnheard(withdrawn) && IsFinal(withdrawn)).TakeBack().Report(steps).Finalize());
        During(Unresolved,
            When(FormatCompleteAcknowledged, IsGoodButUnacknowledged).AcknowledgeLate().Report(steps).Finalize(),
            When(NextCardReady, IsGoodButUnacknowledged).AcknowledgeLate().Report(steps).Finalize());

        During(Waiting, Ignore(OutcomeReported));
        During(Verifying, Ignore(OutcomeReported));
        During(Unresolved, Ignore(DeadlinePassed));
        DuringAnyOf([Securing, Programming, Verifying], Ignore(Withdrawn));
        DuringAnyOf([Waiting, Securing, Programming, Verifying, Completing, Unresolved], Ignore(ProgrammingRequested));
        DuringAnyOf([Foreseeing, Opening, Securing, Programming, Verifying, Completing, Unresolved], Ignore(CardReserved));
        DuringAnyOf([Waiting, Opening, Programming, Verifying, Completing, Unresolved], Ignore(ScriptProtected), Ignore(ScriptRefused));
        DuringAnyOf([Waiting, Opening, Securing, Verifying], Ignore(BatchResult));
        DuringAnyOf([Waiting, Foreseeing, Opening, Securing, Programming, Completing, Unresolved], Ignore(ResponsesVerified));
        DuringAnyOf([Securing, Programming, Verifying, Completing, Unresolved], Ignore(StationReady));
        DuringAnyOf([Waiting, Foreseeing, Opening, Securing, Programming, Verifying], Ignore(FormatCompleteAcknowledged), Ignore(NextCardReady));

        SetCompletedWhenFinalized();

        // The state has two deadlines, one after the other: Security's, then the station's.
        bool IsOverdue(BehaviorContext<CardSession, SessionDeadlinePassed> late) =>
            late.Message.State == nameof(Foreseeing) && steps.IsOverdue(late.Saga);
    }

    /// <summary>The station waits for a card object.</summary>
    public State Waiting { get; } = null!;

    /// <summary>The station knows the blank that will come: its script is computed before it is opened, and sent with the card object.</summary>
    public State Foreseeing { get; } = null!;

    /// <summary>The card object was sent to the station, which opens the card.</summary>
    public State Opening { get; } = null!;

    /// <summary>Security checks the card's cryptogram and protects the script.</summary>
    public State Securing { get; } = null!;

    /// <summary>The station writes to the card.</summary>
    public State Programming { get; } = null!;

    /// <summary>Security verifies the card's answers.</summary>
    public State Verifying { get; } = null!;

    /// <summary>The station puts the card where its verdict says.</summary>
    public State Completing { get; } = null!;

    /// <summary>The station fell silent and the issuer knows; its journal, when it is back, decides.</summary>
    public State Unresolved { get; } = null!;

    public Event<StationReady> StationReady { get; } = null!;

    public Event<CardReserved> CardReserved { get; } = null!;

    public Event<ProgrammingRequested> ProgrammingRequested { get; } = null!;

    public Event<ScriptProtected> ScriptProtected { get; } = null!;

    public Event<ScriptRefused> ScriptRefused { get; } = null!;

    public Event<BatchResult> BatchResult { get; } = null!;

    public Event<ResponsesVerified> ResponsesVerified { get; } = null!;

    public Event<FormatCompleteAcknowledged> FormatCompleteAcknowledged { get; } = null!;

    public Event<NextCardReady> NextCardReady { get; } = null!;

    public Event<SessionOutcomeReported> OutcomeReported { get; } = null!;

    public Event<StationWithdrawn> Withdrawn { get; } = null!;

    public Event<SessionDeadlinePassed> DeadlinePassed { get; } = null!;

    void DuringAnyOf(State[] states, params EventActivities<CardSession>[] activities)
    {
        foreach (var state in states)
            During(state, activities);
    }

    static bool Failed(BehaviorContext<CardSession> context) => context.Saga.HasFailed;

    // A batch that a lost contact ended is answered again when its message comes again.
    static bool IsLatest(BehaviorContext<CardSession, BatchResult> context) => context.Message.Sequence == context.Saga.Sequence;

    static bool IsNext(BehaviorContext<CardSession, ScriptProtected> context) =>
        context.Message.OpeningDigest is null && context.Message.Sequence == context.Saga.Sequence + 1;

    static bool MustResume(BehaviorContext<CardSession> context) => context.Saga.MustResume;

    static bool IsUnheard(BehaviorContext<CardSession> context) => context.Saga.IsOpen;

    static bool IsHeard(BehaviorContext<CardSession> context) => !context.Saga.IsOpen;

    static bool IsForeseen(BehaviorContext<CardSession, ScriptProtected> context) => context.Message.OpeningDigest is not null;

    static bool IsFinal(BehaviorContext<CardSession, StationWithdrawn> context) => context.Message.IsFinal;

    static bool IsGoodButUnacknowledged(BehaviorContext<CardSession> context) => context.Saga.IsGoodButUnacknowledged;

    // A session that is over has no row; a repeat for it says nothing new.
    static void OfRunningSession<T>(IEventCorrelationConfigurator<CardSession, T> correlation, Func<T, Guid> sessionId)
        where T : class
    {
        correlation.CorrelateById(m => sessionId(m.Message));
        correlation.OnMissingInstance(missing => missing.Discard());
    }
}
