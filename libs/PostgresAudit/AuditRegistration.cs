using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PersoMesh.AuditLog;
using PersoMesh.Postgres;

namespace PersoMesh.PostgresAudit;

/// <summary>Lets a service keep its audit log in its database.</summary>
public static class AuditRegistration
{
    /// <summary>Adds tables, trail and chain writer; once for all services of a process, whoever comes first.</summary>
    /// <typeparam name="TSealer">Has seals signed.</typeparam>
    /// <param name="services">The host's services, before those whose migrations name the tables.</param>
    public static IServiceCollection AddPostgresAudit<TSealer>(this IServiceCollection services)
        where TSealer : class, IAuditSealer
    {
        if (services.Any(service => service.ServiceType == typeof(PostgresAuditTrail)))
            return services;
        services.TryAddSingleton(TimeProvider.System);
        return services.AddMigrations(AuditSchema.Migrations)
            .AddSingleton<IAuditSealer, TSealer>()
            .AddSingleton<PostgresAuditTrail>()
            .AddSingleton<IAuditTrail>(provider => provider.GetRequiredService<PostgresAuditTrail>())
            .AddHostedService<AuditChainWriter>();
    }
}
