using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PersoMesh.Keys;

namespace PersoMesh.Security.Modules;

/// <summary>Says at start where the keys are, loudly when they are not safe there.</summary>
sealed partial class SecurityModuleAnnouncement(ISecurityModule module, ILogger<SecurityModuleAnnouncement> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (module.IsForDemonstrationOnly)
            LogDemonstration(logger, module.Name);
        else
            LogModule(logger, module.Name);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(EventId = 2001, Level = LogLevel.Warning, Message = "Keys are in the {Module}: FOR DEMONSTRATION ONLY. Never use real keys with it.")]
    static partial void LogDemonstration(ILogger logger, string module);

    [LoggerMessage(EventId = 2002, Level = LogLevel.Information, Message = "Keys are in {Module}.")]
    static partial void LogModule(ILogger logger, string module);
}
