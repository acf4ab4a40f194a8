using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PersoMesh.Profiles;

namespace PersoMesh.Translator.Profiles;

/// <summary>Says at start which profiles are usable, and what is wrong with the others.</summary>
sealed partial class ProfileFaultReport(ProfileLibrary profiles, ILogger<ProfileFaultReport> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var fault in profiles.Faults)
            LogFault(logger, fault.IsWarning ? LogLevel.Warning : LogLevel.Error, fault);
        foreach (var profile in profiles.All)
            LogProfile(logger, profile.Reference);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(EventId = 4001, Message = "Card profile {Fault}")]
    static partial void LogFault(ILogger logger, LogLevel level, ProfileFault fault);

    [LoggerMessage(EventId = 4002, Level = LogLevel.Information, Message = "Card profile {Profile} is ready.")]
    static partial void LogProfile(ILogger logger, string profile);
}
