using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using PersoMesh.AuditLog;
using PersoMesh.Contracts.Audit;
using PersoMesh.Contracts.Preparation;
using PersoMesh.Controller.Audit;
using PersoMesh.Controller.Dispatch;
using PersoMesh.Controller.Sessions;
using PersoMesh.DataKeys;
using PersoMesh.Hosting;
using PersoMesh.Postgres;
using PersoMesh.PostgresAudit;
using PersoMesh.PostgresSagas;
using PersoMesh.SecurityClient;

namespace PersoMesh.Controller;

/// <summary>Adds the Controller: the dispatcher that gives ready cards to waiting stations, and the state machine of every session.</summary>
public static class ControllerRegistration
{
    public static MeshBuilder AddController(this MeshBuilder mesh)
    {
        mesh.Services.AddOptionsWithValidateOnStart<ControllerOptions>().BindConfiguration("Controller").ValidateDataAnnotations();
        if (mesh.HasDatabase)
        {
            mesh.Services.AddPostgresAudit<SecuritySealer>().AddMigrations(DispatcherSchema.Migrations).AddMigrations(DispatchAuditSchema.Migrations)
                .AddDataKeys<SecurityKeyWrapper>(SecurityKeyWrapper.Owner, "controller_job_key")
                .AddSingleton<SessionAnswers>().AddHostedService<ClaimPurge>().AddSingleton<ICardDispatcher>(services => ActivatorUtilities.CreateInstance<PostgresCardDispatcher>(
                    services, services.GetRequiredKeyedService<DataKeyStore>(SecurityKeyWrapper.Owner)));
        }
        else
        {
            mesh.Services.AddSingleton<ICardDispatcher>(services =>
                ActivatorUtilities.CreateInstance<InMemoryCardDispatcher>(services, (Action<AuditRecord>)services.GetRequiredService<QueuedAuditTrail>().Note));
        }

        mesh.Services.AddHostedService<DeadlineSweeper>();
        mesh.Services.AddHostedService<CancelledJobSweeper>();
        mesh.Services.AddSingleton<SessionSteps>();
        mesh.Register(bus =>
        {
            bus.AddConsumer<CardsReadyConsumer>();
            bus.AddConsumer<JobOrdersConsumer>();
            bus.AddConsumer<DestroyJobDataConsumer>();
            foreach (var request in new[] { typeof(SealAuditLog), typeof(MakeDataKey), typeof(OpenDataKey) })
                bus.AddRequestClient(request, new Uri("exchange:security-keys"));
            AddSessions(bus, mesh.HasDatabase);
        });
        mesh.Endpoint("controller", concurrency: 2, (endpoint, context) =>
        {
            endpoint.ConfigureConsumer<CardsReadyConsumer>(context);
            endpoint.ConfigureConsumer<JobOrdersConsumer>(context);
            endpoint.ConfigureConsumer<DestroyJobDataConsumer>(context);
        });
        mesh.Endpoint(QueueNames.Sessions, concurrency: 32, (endpoint, context) => endpoint.ConfigureSaga<CardSession>(context));
        return mesh;
    }

    static void AddSessions(IBusRegistrationConfigurator bus, bool hasDatabase)
    {
        var sessions = bus.AddSagaStateMachine<CardSessionMachine, CardSession>();
        if (hasDatabase)
        {
            sessions.PostgresRepository(repository =>
            {
                repository.Table = "card_session";
                repository.Serializer = CardSessionJson.Default.CardSession;
            });
        }
        else
        {
            sessions.InMemoryRepository();
            bus.AddInMemorySagaDeadlines<CardSession>();
        }
    }
}
