namespace PersoMesh.DataKeys;

/// <summary>Makes data keys and wraps them under a key of the HSM; whoever implements it asks the HSM, perhaps in another process.</summary>
public interface IDataKeyWrapper
{
    /// <summary>Makes a key for a job.</summary>
    /// <returns>The key wrapped, which only the HSM opens, and the key itself.</returns>
    Task<(byte[] Wrapped, DataKey Key)> MakeAsync(Guid jobId, CancellationToken cancellationToken);

    /// <summary>Opens a wrapped key of a job.</summary>
    Task<DataKey> OpenAsync(Guid jobId, byte[] wrapped, CancellationToken cancellationToken);
}

/// <summary>A job's data key was destroyed when the profile's retention had passed: what was stored under it is gone.</summary>
/// <param name="jobId">The job.</param>
public sealed class DataKeyDestroyedException(Guid jobId) :
    Exception($"The card data of job {jobId} were destroyed, as the profile's retention says: submit the card objects in another job.");
