namespace PersoMesh.Contracts.Preparation;

/// <summary>Request to Security: make a data key, under which a service stores what it has of a job's cards.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Owner">The service: each has its own key.</param>
public sealed record MakeDataKey(Guid JobId, string Owner);

/// <summary>Answer to <see cref="MakeDataKey"/>.</summary>
/// <param name="Wrapped">The key under the HSM's keys: what the service keeps, and destroys when the profile's retention has passed.</param>
/// <param name="SealedKey">The key, sealed (purpose <c>data-key</c>, subject = owner, '/', job).</param>
public sealed record DataKeyMade(byte[] Wrapped, byte[] SealedKey);

/// <summary>Request to Security: open a wrapped data key.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Owner">The service.</param>
/// <param name="Wrapped">As in <see cref="DataKeyMade"/>.</param>
public sealed record OpenDataKey(Guid JobId, string Owner, byte[] Wrapped);

/// <summary>Answer to <see cref="OpenDataKey"/>.</summary>
/// <param name="SealedKey">As in <see cref="DataKeyMade"/>.</param>
public sealed record DataKeyOpened(byte[] SealedKey);

/// <summary>Command to the Controller: the profile's retention of a job has passed; destroy the job's card data.</summary>
/// <param name="JobId">The job.</param>
public sealed record DestroyJobData(Guid JobId);
