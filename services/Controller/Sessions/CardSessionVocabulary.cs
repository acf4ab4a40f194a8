using MassTransit;
using PersoMesh.Contracts.Session;

namespace PersoMesh.Controller.Sessions;

/// <summary>The phrases of <see cref="CardSessionMachine"/>.</summary>
static class CardSessionVocabulary
{
    public static EventActivityBinder<CardSession, StationReady> RememberStation(this EventActivityBinder<CardSession, StationReady> binder) =>
        binder.Then(context =>
        {
            var (session, ready) = (context.Saga, context.Message);
            (session.Station, session.Reader, session.Pool) = (ready.Station, ready.Reader, ready.Pool);
            (session.IsAhead, session.Blank) = (ready.IsAhead, ready.Blank);
        });

    /// <summary>The station asks again: perhaps the blank is there by now.</summary>
    public static EventActivityBinder<CardSession, StationReady> RememberArrival(this EventActivityBinder<CardSession, StationReady> binder) =>
        binder.Then(context => context.Saga.IsAhead &= context.Message.IsAhead);

    public static EventActivityBinder<CardSession, T> Assign<T>(
        this EventActivityBinder<CardSession, T> binder, SessionSteps steps, State waiting, State foreseeing, State opening)
        where T : class =>
        binder.ThenAsync(context => steps.AssignAsync(context)).IfElse(
            context => context.Saga.CardObjectId.Length == 0,
            none => none.TransitionTo(waiting),
            some => some.IfElse(context => context.Saga.Blank is not null, known => known.TransitionTo(foreseeing), unknown => unknown.TransitionTo(opening)));

    public static EventActivityBinder<CardSession, ScriptProtected> AssignWithScript(this EventActivityBinder<CardSession, ScriptProtected> binder, SessionSteps steps) =>
        binder.ThenAsync(context => steps.AssignWithScriptAsync(context, context.Message));

    public static EventActivityBinder<CardSession, T> AssignWithoutScript<T>(this EventActivityBinder<CardSession, T> binder, SessionSteps steps)
        where T : class =>
        binder.ThenAsync(context => steps.AssignWithoutScriptAsync(context));

    public static EventActivityBinder<CardSession, ProgrammingRequested> ForgetScript(this EventActivityBinder<CardSession, ProgrammingRequested> binder) =>
        binder.Then(context => SessionSteps.ForgetScript(context.Saga));

    public static EventActivityBinder<CardSession, StationReady> RepeatAssignment(this EventActivityBinder<CardSession, StationReady> binder, SessionSteps steps) =>
        binder.ThenAsync(context => steps.AssignAsync(context));

    public static EventActivityBinder<CardSession, ProgrammingRequested> JudgeOpening(this EventActivityBinder<CardSession, ProgrammingRequested> binder) =>
        binder.Then(context => SessionSteps.JudgeOpening(context.Saga, context.Message.Outcome));

    public static EventActivityBinder<CardSession, ProgrammingRequested> AskSecurity(this EventActivityBinder<CardSession, ProgrammingRequested> binder, SessionSteps steps) =>
        binder.ThenAsync(context => steps.AskSecurityAsync(context, context.Message.Outcome));

    public static EventActivityBinder<CardSession, ScriptProtected> SendBatch(this EventActivityBinder<CardSession, ScriptProtected> binder, SessionSteps steps) =>
        binder.ThenAsync(context => steps.SendBatchAsync(context, context.Message));

    public static EventActivityBinder<CardSession, ScriptRefused> Refuse(this EventActivityBinder<CardSession, ScriptRefused> binder, SessionSteps steps) =>
        binder.ThenAsync(context => steps.RefuseAsync(context, context.Message));

    public static EventActivityBinder<CardSession, BatchResult> JudgeBatch(this EventActivityBinder<CardSession, BatchResult> binder) =>
        binder.Then(context => SessionSteps.JudgeBatch(context.Saga, context.Message.Outcome, context.Message.Opening));

    /// <summary>A card that is stacked already is reported at once; any other is verified or given its verdict.</summary>
    public static EventActivityBinder<CardSession, BatchResult> Conclude(
        this EventActivityBinder<CardSession, BatchResult> binder, SessionSteps steps, State verifying, State completing) =>
        binder.IfElse(
            context => context.Message.StackedFrom is not null,
            stacked => stacked.ThenAsync(context => steps.AnswerStackedAsync(context)).Report(steps).Finalize(),
            inReader => inReader.VerifyOrComplete(steps, result => result.Outcome, verifying, completing));

    public static EventActivityBinder<CardSession, BatchResult> AskResumption(this EventActivityBinder<CardSession, BatchResult> binder, SessionSteps steps) =>
        binder.ThenAsync(context => steps.AskResumptionAsync(context, context.Message.Outcome));

    /// <summary>Ends a session that waited for Security in vain, or whose station was restarted meanwhile.</summary>
    /// <param name="binder">What happened.</param>
    /// <param name="reason">Why, when nothing was written to the card yet.</param>
    public static EventActivityBinder<CardSession, T> GiveUp<T>(this EventActivityBinder<CardSession, T> binder, string reason)
        where T : class =>
        binder.Then(context =>
        {
            if (context.Saga.LostContact is null)
                context.Saga.FailWith(Verdict.Rejected, reason);
            else
                context.Saga.FailAsLost();
        });

    public static EventActivityBinder<CardSession, SessionOutcomeReported> JudgeReport(this EventActivityBinder<CardSession, SessionOutcomeReported> binder) =>
        binder.Then(context => SessionSteps.JudgeReport(context.Saga, context.Message));

    public static EventActivityBinder<CardSession, SessionOutcomeReported> RepeatVerdict(this EventActivityBinder<CardSession, SessionOutcomeReported> binder) =>
        binder.ThenAsync(SessionSteps.RepeatVerdictAsync);

    /// <summary>What is judged good so far has its response MACs verified, where it has any; anything else is decided.</summary>
    public static EventActivityBinder<CardSession, T> VerifyOrComplete<T>(
        this EventActivityBinder<CardSession, T> binder, SessionSteps steps, Func<T, BatchOutcome> outcome, State verifying, State completing)
        where T : class =>
        binder.IfElse(
            context => !context.Saga.HasFailed && context.Saga.SealedChannel is not null,
            unproven => unproven.ThenAsync(context => steps.AskVerificationAsync(context, outcome(context.Message))).TransitionTo(verifying),
            decided => decided.Complete(steps, completing));

    public static EventActivityBinder<CardSession, ResponsesVerified> JudgeVerification(this EventActivityBinder<CardSession, ResponsesVerified> binder) =>
        binder.Then(context =>
        {
            if (context.Message.Fault is { } fault)
                context.Saga.FailWith(Verdict.Rejected, fault);
        });

    public static EventActivityBinder<CardSession, T> Fail<T>(this EventActivityBinder<CardSession, T> binder, Verdict verdict, string reason)
        where T : class =>
        binder.Then(context => context.Saga.FailWith(verdict, reason));

    /// <summary>The card object was kept for a blank that did not come: it goes back once the station knows.</summary>
    public static EventActivityBinder<CardSession, T> TakeBack<T>(this EventActivityBinder<CardSession, T> binder)
        where T : class =>
        binder.Then(context =>
        {
            context.Saga.FailWith(Verdict.Rejected, "no blank card came for it");
            context.Saga.IsUnused = true;
        });

    public static EventActivityBinder<CardSession, T> Abandon<T>(this EventActivityBinder<CardSession, T> binder, SessionSteps steps)
        where T : class =>
        binder.ThenAsync(context => steps.AbandonAsync(context));

    public static EventActivityBinder<CardSession, SessionDeadlinePassed> LoseStation(this EventActivityBinder<CardSession, SessionDeadlinePassed> binder, SessionSteps steps) =>
        binder.ThenAsync(context => steps.LoseStationAsync(context));

    public static EventActivityBinder<CardSession, SessionDeadlinePassed> Unacknowledged(this EventActivityBinder<CardSession, SessionDeadlinePassed> binder) =>
        binder.Then(context =>
        {
            if (context.Saga.HasFailed)
                return;
            context.Saga.FailWith(Verdict.Unresolved, "the station did not acknowledge the verdict");
            (context.Saga.IsGoodButUnacknowledged, context.Saga.IsJournalHeard) = (true, false);
        });

    public static EventActivityBinder<CardSession, T> AcknowledgeLate<T>(this EventActivityBinder<CardSession, T> binder)
        where T : class =>
        binder.Then(context => (context.Saga.Verdict, context.Saga.Reason, context.Saga.IsJournalHeard) = (Verdict.Good, "", true));

    public static EventActivityBinder<CardSession, T> Complete<T>(this EventActivityBinder<CardSession, T> binder, SessionSteps steps, State completing)
        where T : class =>
        binder.ThenAsync(context => steps.SendVerdictAsync(context)).TransitionTo(completing);

    public static EventActivityBinder<CardSession, T> Report<T>(this EventActivityBinder<CardSession, T> binder, SessionSteps steps)
        where T : class =>
        binder.ThenAsync(context => steps.ReportAsync(context));

    /// <summary>Ends the session, unless its verdict came of silence and may yet change.</summary>
    public static EventActivityBinder<CardSession, T> Leave<T>(this EventActivityBinder<CardSession, T> binder, State unresolved)
        where T : class =>
        binder.IfElse(context => context.Saga.IsOpen, open => open.TransitionTo(unresolved), over => over.Finalize());

    /// <summary>Ends the session with what was known when the contact was lost.</summary>
    public static void FailAsLost(this CardSession session) => session.FailWith(session.LostContact!.Verdict, session.LostContact.Reason);

    public static void FailWith(this CardSession session, Verdict verdict, string reason) => (session.Verdict, session.Reason) = (verdict, reason);
}
