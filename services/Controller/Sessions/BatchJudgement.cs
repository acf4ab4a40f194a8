using PersoMesh.Contracts.Session;
using PersoMesh.SmartCard;

namespace PersoMesh.Controller.Sessions;

/// <summary>Decides from a card's answers whether a session goes on. The station reports; it does not judge.</summary>
static class BatchJudgement
{
    /// <summary>Counts the answers and, if the batch did not run to its end as expected, fails the session.</summary>
    /// <param name="session">The session; its <see cref="CardSession.Sent"/> names the commands.</param>
    /// <param name="outcome">What the station reports.</param>
    /// <param name="isChanging">True when the batch writes: a last command without an answer may then have taken effect.</param>
    public static void Apply(CardSession session, BatchOutcome outcome, bool isChanging)
    {
        session.ApduCount += outcome.Responses.Count;
        for (var i = 0; i < Math.Min(outcome.Responses.Count, session.Sent.Count); i++)
        {
            if (!ResponseApdu.TryParse(outcome.Responses[i], out var response))
            {
                session.FailWith(Verdict.Rejected, $"{Place(session, i)} gave an answer of {outcome.Responses[i].Length} bytes, which is none");
                return;
            }

            if (!session.Sent[i].Expected.Contains(response.StatusWord))
            {
                session.FailWith(Verdict.Rejected, $"{Place(session, i)} answered {response.StatusWord:X4} ({StatusWords.Describe(response.StatusWord)})");
                return;
            }
        }

        var missing = session.Sent.Count - outcome.Responses.Count;
        if (missing <= 0 && outcome.Fault is null)
            return;
        // With only the last answer lost, and what merely reads back, the card may be complete: nobody can know.
        var mayBeComplete = missing >= 1 && session.Sent.Skip(outcome.Responses.Count + 1).All(command => command.IsReading);
        var isUnknown = mayBeComplete || outcome.Fault == CardFault.OutcomeUnknown;
        var verdict = isChanging && isUnknown && outcome.Fault is not null ? Verdict.Unresolved : Verdict.Rejected;
        var what = outcome.Fault switch
        {
            CardFault.CardRemoved => "the card was taken out",
            CardFault.CardMute => "the card does not answer",
            CardFault.ContactLost => "the contact to the card was lost",
            CardFault.ReaderFailed => "the reader failed",
            CardFault.OutcomeUnknown => "the station lost power and does not know how far it came, at the earliest",
            _ => "the station stopped without a reason",
        };
        session.FailWith(verdict, missing > 0 ? $"{what} at {Place(session, outcome.Responses.Count)}" : what);
    }

    static string Place(CardSession session, int index)
    {
        var command = session.Sent[index];
        return $"command {index + 1} of {session.Sent.Count} ({command.Header}{(command.Place is null ? "" : $", {command.Place}")})";
    }
}
