using MassTransit;
using Npgsql;

namespace PersoMesh.Hosting;

/// <summary>
/// Keeps a message where it is, for some 25 minutes, while what its consumer needs is away: a database or a service that is restarted
/// must not send whole queues to the error queue. Other failures are left to the short retry outside of this one.
/// </summary>
static class OutageRetry
{
    const int RetriesLater = 300;
    static readonly TimeSpan RetryLater = TimeSpan.FromSeconds(5);
    static readonly TimeSpan[] RetryAtFirst =
        [.. new[] { 50, 200, 500, 1000, 2000 }.Select(milliseconds => TimeSpan.FromMilliseconds(milliseconds))];

    public static void Configure(IRetryConfigurator retry)
    {
        retry.Handle<NpgsqlException>(e => e.IsTransient);
        retry.Handle<RequestTimeoutException>();
        retry.Handle<ServiceAwayException>();
        retry.Intervals([.. RetryAtFirst, .. Enumerable.Repeat(RetryLater, RetriesLater)]);
    }
}
