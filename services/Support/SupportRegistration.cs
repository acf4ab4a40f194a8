using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using PersoMesh.Hosting;

namespace PersoMesh.Support;

/// <summary>Adds Support: runs the conversions and validations that profiles name.</summary>
public static class SupportRegistration
{
    public static MeshBuilder AddSupport(this MeshBuilder mesh)
    {
        mesh.Services.AddSingleton<CompiledPlans>();
        mesh.Register(bus => bus.AddConsumer<ConvertFieldsConsumer>());
        mesh.Endpoint("support", concurrency: 4, (endpoint, context) => endpoint.ConfigureConsumer<ConvertFieldsConsumer>(context));
        return mesh;
    }
}
