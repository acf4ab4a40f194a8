using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PersoMesh.AuditLog;
using PersoMesh.Contracts.Audit;
using PersoMesh.PostgresAudit;

namespace PersoMesh.SecurityClient;

/// <summary>Has the audit log sealed by Security, the only service that opens the HSM. Compiled into each service that writes it.</summary>
sealed partial class SecuritySealer(IServiceScopeFactory scopes, ILogger<SecuritySealer> logger) : IAuditSealer
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task<AuditSignature?> SignAsync(long number, ReadOnlyMemory<byte> previous, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var client = scope.ServiceProvider.GetRequiredService<IRequestClient<SealAuditLog>>();
        try
        {
            var answer = (await client.GetResponse<AuditLogSealed>(
                new SealAuditLog(number, previous.ToArray()), cancellationToken, RequestTimeout.After(ms: (int)Patience.TotalMilliseconds))).Message;
            if (answer.Signature is { } signature)
                return new AuditSignature(answer.Algorithm, answer.Key, signature);
            LogNotSealed(logger, answer.Fault ?? "Security did not sign.");
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogNotSealed(logger, e is RequestTimeoutException ? "Security does not answer." : e.GetType().Name);
        }

        return null;
    }

    [LoggerMessage(EventId = 9003, Level = LogLevel.Warning, Message = "The audit log is not sealed, and will be as soon as it can: {Reason}")]
    static partial void LogNotSealed(ILogger logger, string reason);
}
