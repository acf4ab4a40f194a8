namespace PersoMesh.StationGateway.Modules;

/// <summary>Does a card's other modules: magnetic stripe, embossing, printing.</summary>
public interface IModuleWriter
{
    /// <summary>Writes the modules of one card; may be repeated.</summary>
    /// <param name="cardObjectId">The card object.</param>
    /// <param name="sealedModules">What to write, sealed (purpose <c>modules</c>, subject = card object identifier).</param>
    /// <param name="flip">Turns the card over.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task WriteAsync(string cardObjectId, byte[] sealedModules, Func<CancellationToken, ValueTask> flip, CancellationToken cancellationToken);
}

/// <summary>A station whose cards have a chip only, or whose output nobody wants.</summary>
sealed class NoModules : IModuleWriter
{
    public Task WriteAsync(string cardObjectId, byte[] sealedModules, Func<CancellationToken, ValueTask> flip, CancellationToken cancellationToken) =>
        Task.CompletedTask;
}
