using PersoMesh.Contracts.Jobs;
using PersoMesh.Contracts.Preparation;
using PersoMesh.Contracts.Session;

namespace PersoMesh.Ingest.Jobs;

/// <summary>Where a card object is on its way.</summary>
public enum CardState
{
    /// <summary>Accepted; its record and secrets are being made.</summary>
    Preparing,

    /// <summary>Waits for a station.</summary>
    Ready,

    /// <summary>On a good card.</summary>
    Good,

    /// <summary>All attempts were rejected.</summary>
    Rejected,

    /// <summary>Nobody can know; waits for an operator.</summary>
    Unresolved,

    /// <summary>Refused before any session.</summary>
    Refused,

    /// <summary>Its job was cancelled before a session.</summary>
    Cancelled,
}

/// <summary>A job's account in numbers.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Name">Its name.</param>
/// <param name="Profile">Exact profile.</param>
/// <param name="Records">Records read so far.</param>
/// <param name="Refused">Records refused.</param>
/// <param name="Preparing">Card objects under preparation.</param>
/// <param name="Ready">Card objects that wait for a station or are in one.</param>
/// <param name="Good">Card objects on good cards.</param>
/// <param name="Rejected">Card objects that used up their attempts.</param>
/// <param name="Unresolved">Card objects whose outcome nobody can know.</param>
/// <param name="SpoiledCards">Physical cards rejected or unresolved, over all attempts.</param>
/// <param name="IsReading">A submission is still being read.</param>
/// <param name="Stopped">Why the job's pool gets no more cards; null while it does.</param>
public sealed record JobStatus(
    Guid JobId, string Name, string Profile, long Records, long Refused, long Preparing, long Ready, long Good, long Rejected,
    long Unresolved, long SpoiledCards, bool IsReading, string? Stopped)
{
    /// <summary>Card objects that were taken back when the job was cancelled.</summary>
    public long Cancelled { get; init; }

    /// <summary>Stations that may take the cards.</summary>
    public string Pool { get; init; } = "";

    /// <summary>Higher goes first.</summary>
    public int Priority { get; init; }

    /// <summary>What the operator wants of the job.</summary>
    public JobControl Control { get; init; }

    /// <summary>When the card data will be destroyed if nothing changes until then; null while the job goes on, and afterwards.</summary>
    public DateTimeOffset? DataUntil { get; init; }

    /// <summary>When the card data were destroyed; null while they are there.</summary>
    public DateTimeOffset? DataDestroyed { get; init; }

    /// <summary>Nothing more will happen to the job by itself.</summary>
    public bool IsFinished => !IsReading && Preparing == 0 && Ready == 0;
}

/// <summary>One card object's line in a job's report.</summary>
public sealed record CardReport
{
    public required long RecordNumber { get; init; }

    public string? CardObjectId { get; init; }

    public required CardState State { get; init; }

    public string? CardSerial { get; init; }

    public string? Station { get; init; }

    public string? Reader { get; init; }

    public DateTimeOffset? Started { get; init; }

    public double? DurationMilliseconds { get; init; }

    public int ApduCount { get; init; }

    public int Attempts { get; init; }

    /// <summary>The field at fault, when a record was refused for one.</summary>
    public string? Field { get; init; }

    public string? Reason { get; init; }

    /// <summary>Physical cards that this card object cost in vain: every session but a good one.</summary>
    internal int SpoiledCards => State == CardState.Good ? Attempts - 1 : Attempts;

    /// <summary>The line after a session, or null when it says nothing new: it was reported before, or a later one was.</summary>
    internal CardReport? After(SessionSummary session, Verdict verdict, string? reason, bool willRetry) =>
        State == CardState.Good || session.Attempt < Attempts || (session.Attempt == Attempts && !Resolves(verdict)) ? null : this with
        {
            State = verdict switch
            {
                Verdict.Good => CardState.Good,
                Verdict.Unresolved => CardState.Unresolved,
                _ => willRetry ? CardState.Ready : CardState.Rejected,
            },
            CardSerial = session.CardSerial,
            Station = session.Station,
            Reader = session.Reader,
            Started = session.Started,
            DurationMilliseconds = Math.Round(session.Duration.TotalMilliseconds, 1),
            ApduCount = session.ApduCount,
            Attempts = session.Attempt,
            Reason = reason,
        };

    // A session may report twice: unresolved first, and then what the station's journal said.
    bool Resolves(Verdict verdict) => State == CardState.Unresolved && verdict != Verdict.Unresolved;

    internal static string UsedBefore(long recordNumber, string? otherJob) =>
        $"the identifier was used before, in record {recordNumber} of {(otherJob is null ? "this job" : $"job '{otherJob}'")}: every card object needs its own";
}

/// <summary>A submission's outcome.</summary>
/// <param name="Job">The job.</param>
/// <param name="Records">Records read.</param>
/// <param name="Accepted">Records handed on.</param>
/// <param name="Refused">Records refused while reading; preparation may refuse more.</param>
public sealed record SubmissionSummary(string Job, long Records, long Accepted, long Refused);

/// <summary>The submission as a whole cannot be taken: an unknown profile, a format that the profile does not read.</summary>
public sealed class SubmissionRefusedException(string message) : Exception(message)
{
    internal static SubmissionRefusedException OtherProfile(JobReference job, JobReference wanted) =>
        new($"Job '{job.Name}' exists with profile {job.Profile}; submit to a job of another name for {wanted.Profile}.");

    internal static SubmissionRefusedException DataDestroyed(string job) =>
        new($"The card data of job '{job}' were destroyed, as its profile's retention says; submit to a job of another name.");
}

/// <summary>An order cannot be carried out. The message says why and what to do.</summary>
public sealed class OrderRefusedException(string message) : Exception(message);

/// <summary>The same submission is being read by somebody else. Not a refusal: try again, and what the other took is passed over.</summary>
public sealed class SubmissionBusyException(string job) :
    Exception($"The same submission to job '{job}' is being read elsewhere: try again later, or submit under another key.");
