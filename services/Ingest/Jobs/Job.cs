using PersoMesh.Contracts.Ingest;
using PersoMesh.Contracts.Preparation;

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
}

/// <summary>A submission's outcome.</summary>
/// <param name="Job">The job.</param>
/// <param name="Records">Records read.</param>
/// <param name="Accepted">Records handed on.</param>
/// <param name="Refused">Records refused while reading; preparation may refuse more.</param>
public sealed record SubmissionSummary(string Job, long Records, long Accepted, long Refused);

/// <summary>The submission as a whole cannot be taken: an unknown profile, a format that the profile does not read.</summary>
public sealed class SubmissionRefusedException(string message) : Exception(message);

/// <summary>A job that is open for submissions.</summary>
/// <param name="Reference">What travels with its cards.</param>
/// <param name="Description">Its profile, as Ingest needs it.</param>
public sealed record OpenJob(JobReference Reference, ProfileDescribed Description);
