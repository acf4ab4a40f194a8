using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using PersoMesh.AuditLog;
using PersoMesh.Hosting;
using PersoMesh.Keys;
using PersoMesh.Security.Modules;
using PersoMesh.Security.Preparation;
using PersoMesh.Security.Sessions;
using PersoMesh.Security.Signatures;
using PersoMesh.Security.VirtualCards;

namespace PersoMesh.Security;

/// <summary>Adds Security, the only service that opens the HSM: prepares cards' secrets, opens secure channels, protects scripts, verifies answers.</summary>
public static class SecurityRegistration
{
    public static MeshBuilder AddSecurity(this MeshBuilder mesh)
    {
        var options = mesh.Host.Configuration.GetSection("Security").Get<SecurityOptions>() ?? new SecurityOptions();
        mesh.Services.AddSingleton(options);
        mesh.Services.AddSingleton(_ => SecurityModuleFactory.Open(options));
        mesh.Services.AddHostedService<SecurityModuleAnnouncement>();
        mesh.Services.AddSingleton<IAuditSigner>(services => new CmacAuditSigner(services.GetRequiredService<ISecurityModule>(), AuditLogSealer.KeyLabel));
        mesh.Services.AddSingleton<ScriptVault>();
        mesh.Services.AddSingleton<ScriptProtector>();
        mesh.Services.AddSingleton(new PinMailerPost(options.PinMailers, TimeProvider.System));
        mesh.Services.AddSingleton(new VirtualCardArchive(options.VirtualCardArchive));
        mesh.Services.AddSingleton<VirtualCardSessions>();
        mesh.Register(bus =>
        {
            bus.AddConsumer<PrepareCardsConsumer>();
            bus.AddConsumer<VerifyPreparedFileConsumer>();
            bus.AddConsumer<ProtectScriptConsumer>();
            bus.AddConsumer<ResumeScriptConsumer>();
            bus.AddConsumer<VerifyResponsesConsumer>();
            bus.AddConsumer<ReturnFileSigner>();
            bus.AddConsumer<AuditLogSealer>();
            bus.AddConsumer<DataKeyConsumer>();
        });
        mesh.Endpoint("security-preparation", concurrency: 2, (endpoint, context) => endpoint.ConfigureConsumer<PrepareCardsConsumer>(context));
        mesh.Endpoint("security-files", concurrency: 2, (endpoint, context) => endpoint.ConfigureConsumer<VerifyPreparedFileConsumer>(context));
        mesh.Endpoint("security-keys", concurrency: 2, (endpoint, context) =>
        {
            endpoint.ConfigureConsumer<ReturnFileSigner>(context);
            endpoint.ConfigureConsumer<AuditLogSealer>(context);
            endpoint.ConfigureConsumer<DataKeyConsumer>(context);
        });
        mesh.Endpoint("security-session", concurrency: options.Concurrency, (endpoint, context) =>
        {
            endpoint.ConfigureConsumer<ProtectScriptConsumer>(context);
            endpoint.ConfigureConsumer<ResumeScriptConsumer>(context);
            endpoint.ConfigureConsumer<VerifyResponsesConsumer>(context);
        });
        return mesh;
    }
}
