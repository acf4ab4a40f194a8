using System.Security.Cryptography;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using PersoMesh.AuditLog;
using PersoMesh.Contracts.Ingest;
using PersoMesh.Ingest.Jobs;

namespace PersoMesh.Ingest.Reports;

/// <summary>A return file cannot be signed now.</summary>
/// <param name="reason">Why, and what to do.</param>
/// <param name="isChanged">True when the job's account is no longer what the file says.</param>
public sealed class ReturnFileNotSignedException(string reason, bool isChanged) : Exception(reason)
{
    public bool IsChanged { get; } = isChanged;
}

/// <summary>Has Security sign a return file, once it is certain that the file is what the job's account says: nobody gets other bytes signed.</summary>
sealed class ReturnFileSigning(IJobStore jobs, IAuditTrail audit, IServiceScopeFactory scopes, IOptions<IngestOptions> options)
{
    /// <summary>Signs.</summary>
    /// <param name="job">The job's name.</param>
    /// <param name="digest">SHA-256 of the return file.</param>
    /// <param name="actor">Who asks.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A detached CMS signature, DER.</returns>
    /// <exception cref="ReturnFileNotSignedException">The account says otherwise, or Security does not sign.</exception>
    public async Task<byte[]> SignAsync(string job, byte[] digest, string actor, CancellationToken cancellationToken)
    {
        var own = await DigestAsync(job, cancellationToken);
        if (!digest.AsSpan().SequenceEqual(own))
            throw new ReturnFileNotSignedException($"The account of job '{job}' has changed since the return file was made: fetch the file again.", isChanged: true);
        var hash = Convert.ToHexStringLower(digest);
        await audit.NoteAsync(new AuditRecord(actor, "report.sign", job) { Details = new Dictionary<string, string>(StringComparer.Ordinal) { ["sha256"] = hash } }, cancellationToken);
        await using var scope = scopes.CreateAsyncScope();
        var client = scope.ServiceProvider.GetRequiredService<IRequestClient<SignReturnFile>>();
        try
        {
            var answer = await client.GetResponse<ReturnFileSigned>(
                new SignReturnFile(job, digest), cancellationToken, RequestTimeout.After(ms: (int)options.Value.ProfileTimeout.TotalMilliseconds));
            return answer.Message.Signature ?? throw new ReturnFileNotSignedException(answer.Message.Fault ?? "Security did not sign.", isChanged: false);
        }
        catch (RequestTimeoutException)
        {
            throw new ReturnFileNotSignedException(
                $"Security did not sign within {options.Value.ProfileTimeout.TotalSeconds:0} s: is it running, and its HSM there?", isChanged: false);
        }
    }

    async Task<byte[]> DigestAsync(string job, CancellationToken cancellationToken)
    {
        using var hash = SHA256.Create();
        await using (var hashing = new CryptoStream(Stream.Null, hash, CryptoStreamMode.Write))
            await ReturnFile.WriteAsync(hashing, jobs.ReportAsync(job, cancellationToken), cancellationToken);
        return hash.Hash!;
    }
}
