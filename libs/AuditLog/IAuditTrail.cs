namespace PersoMesh.AuditLog;

/// <summary>Where a service notes what somebody did: the mesh's audit log, which chains and seals it afterwards.</summary>
public interface IAuditTrail
{
    /// <summary>Notes a record. With a database it is there for good when this returns.</summary>
    /// <param name="record">What was done, or is about to be.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask NoteAsync(AuditRecord record, CancellationToken cancellationToken);
}
