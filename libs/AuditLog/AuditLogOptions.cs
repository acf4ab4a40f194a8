namespace PersoMesh.AuditLog;

/// <summary>How a log is kept.</summary>
public sealed record AuditLogOptions
{
    /// <summary>Signs; null for a log with a hash chain alone, which shows changes only against a hash kept elsewhere.</summary>
    public IAuditSigner? Signer { get; init; }

    /// <summary>A seal follows at the latest after so many records.</summary>
    public int SealEveryRecords { get; init; } = 64;

    /// <summary>A seal follows at the latest so long after a record.</summary>
    public TimeSpan SealEvery { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}

/// <summary>A log cannot be continued: it is damaged, or another process writes it.</summary>
public sealed class AuditLogException(string message, Exception? inner = null) : Exception(message, inner);
