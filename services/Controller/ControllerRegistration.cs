using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using PersoMesh.Controller.Dispatch;
using PersoMesh.Controller.Sessions;
using PersoMesh.Hosting;

namespace PersoMesh.Controller;

/// <summary>Adds the Controller: the dispatcher that gives ready cards to waiting stations, and the state machine of every session.</summary>
public static class ControllerRegistration
{
    public static MeshBuilder AddController(this MeshBuilder mesh)
    {
        mesh.Services.AddOptionsWithValidateOnStart<ControllerOptions>().BindConfiguration("Controller").ValidateDataAnnotations();
        mesh.Services.AddSingleton<ICardDispatcher, InMemoryCardDispatcher>();
        mesh.Services.AddSingleton<SessionDeadlines>();
        mesh.Services.AddHostedService<DeadlineSweeper>();
        mesh.Services.AddSingleton<SessionSteps>();
        mesh.Register(bus =>
        {
            bus.AddConsumer<CardsReadyConsumer>();
            bus.AddSagaStateMachine<CardSessionMachine, CardSession>().InMemoryRepository();
        });
        mesh.Endpoint("controller", concurrency: 2, (endpoint, context) => endpoint.ConfigureConsumer<CardsReadyConsumer>(context));
        mesh.Endpoint(QueueNames.Sessions, concurrency: 32, (endpoint, context) => endpoint.ConfigureSaga<CardSession>(context));
        return mesh;
    }
}
