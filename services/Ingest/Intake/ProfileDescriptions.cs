using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using PersoMesh.Contracts.Ingest;
using PersoMesh.Hosting;
using PersoMesh.Ingest.Jobs;

namespace PersoMesh.Ingest.Intake;

/// <summary>Asks the Translator, which owns the profiles, what Ingest must know of one.</summary>
sealed class ProfileDescriptions(IServiceScopeFactory scopes, IOptions<IngestOptions> options)
{
    /// <summary>Describes a profile.</summary>
    /// <exception cref="SubmissionRefusedException">No such profile.</exception>
    /// <exception cref="ServiceAwayException">The Translator does not answer.</exception>
    public async Task<ProfileDescribed> DescribeAsync(string profile, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var client = scope.ServiceProvider.GetRequiredService<IRequestClient<DescribeProfile>>();
        try
        {
            var response = await client.GetResponse<ProfileDescribed>(new DescribeProfile(profile), cancellationToken, RequestTimeout.After(ms: (int)options.Value.ProfileTimeout.TotalMilliseconds));
            return response.Message.Fault is { } fault ? throw new SubmissionRefusedException(fault) : response.Message;
        }
        catch (RequestTimeoutException e)
        {
            throw new ServiceAwayException($"The Translator did not describe profile '{profile}' within {options.Value.ProfileTimeout.TotalSeconds:0} s: is it running?", e);
        }
    }
}
