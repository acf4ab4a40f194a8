using PersoMesh.Contracts.Session;

namespace PersoMesh.StationGateway.Modules;

/// <summary>Does a card's other modules: magnetic stripe, embossing, printing.</summary>
public interface IModuleWriter
{
    /// <summary>Writes the modules of one card; may be repeated.</summary>
    Task WriteAsync(CardAssigned card, CancellationToken cancellationToken);
}

/// <summary>A station whose cards have a chip only, or whose output nobody wants.</summary>
sealed class NoModules : IModuleWriter
{
    public Task WriteAsync(CardAssigned card, CancellationToken cancellationToken) => Task.CompletedTask;
}
