using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using PersoMesh.AuditLog;
using PersoMesh.Contracts.Audit;
using PersoMesh.Contracts.Ingest;
using PersoMesh.Contracts.Preparation;
using PersoMesh.DataKeys;
using PersoMesh.Hosting;
using PersoMesh.Ingest.Audit;
using PersoMesh.Ingest.Intake;
using PersoMesh.Ingest.Jobs;
using PersoMesh.Ingest.Reports;
using PersoMesh.Ingest.Retention;
using PersoMesh.Postgres;
using PersoMesh.PostgresAudit;
using PersoMesh.SecurityClient;

namespace PersoMesh.Ingest;

/// <summary>Adds Ingest: takes card objects from the broker and over HTTP, refuses bad ones, hands good ones on, and keeps the jobs' accounts.</summary>
public static class IngestRegistration
{
    public static MeshBuilder AddIngest(this MeshBuilder mesh)
    {
        mesh.Services.AddOptionsWithValidateOnStart<IngestOptions>().BindConfiguration("Ingest").ValidateDataAnnotations();
        if (mesh.HasDatabase)
        {
            mesh.Services.AddPostgresAudit<SecuritySealer>().AddMigrations(JobSchema.Migrations).AddMigrations(JobAuditSchema.Migrations)
                .AddDataKeys<SecurityKeyWrapper>(SecurityKeyWrapper.Owner, "ingest_job_key")
                .AddSingleton<IJobStore>(services => ActivatorUtilities.CreateInstance<PostgresJobStore>(
                    services, services.GetRequiredKeyedService<DataKeyStore>(SecurityKeyWrapper.Owner)));
        }
        else
        {
            mesh.Services.AddSingleton<IJobStore>(services =>
                new InMemoryJobStore(services.GetRequiredService<TimeProvider>(), services.GetRequiredService<QueuedAuditTrail>().Note));
        }

        mesh.Services.AddSingleton<ChunkSender>();
        mesh.Services.AddHostedService(services => services.GetRequiredService<ChunkSender>());
        mesh.Services.AddSingleton<JobOrders>();
        mesh.Services.AddSingleton<ReturnFileSigning>();
        mesh.Services.AddHostedService<RetentionSweeper>();
        mesh.Services.AddSingleton<SubmissionIntake>();
        mesh.Services.AddSingleton<SubmissionReader>();
        mesh.Services.AddSingleton<PreparedSubmissionReader>();
        mesh.Services.AddSingleton<PreparationCredit>();
        mesh.Services.AddSingleton<ProfileDescriptions>();
        mesh.Register(bus =>
        {
            bus.AddConsumer<SubmitCardObjectsConsumer>();
            bus.AddConsumer<PreparationOutcomeConsumer>();
            bus.AddConsumer<PreparationFaultConsumer>();
            bus.AddConsumer<SessionOutcomeConsumer>();
            bus.AddRequestClient<DescribeProfile>(new Uri("exchange:translator-profiles"));
            bus.AddRequestClient<VerifyPreparedFile>(new Uri("exchange:security-files"));
            foreach (var request in new[] { typeof(SignReturnFile), typeof(SealAuditLog), typeof(MakeDataKey), typeof(OpenDataKey) })
                bus.AddRequestClient(request, new Uri("exchange:security-keys"));
        });
        mesh.Endpoint("ingest", concurrency: 4, (endpoint, context) =>
        {
            // Delivered again while the first delivery is still read: whichever of the two comes to the end, all is taken.
            endpoint.UseMessageRetry(retry =>
            {
                retry.Handle<SubmissionBusyException>();
                retry.Interval(300, TimeSpan.FromSeconds(5));
            });
            endpoint.ConfigureConsumer<SubmitCardObjectsConsumer>(context);
        });
        mesh.Endpoint("ingest-outcomes", concurrency: 16, (endpoint, context) =>
        {
            endpoint.ConfigureConsumer<PreparationOutcomeConsumer>(context);
            endpoint.ConfigureConsumer<PreparationFaultConsumer>(context);
            endpoint.ConfigureConsumer<SessionOutcomeConsumer>(context);
        });
        return mesh;
    }
}
