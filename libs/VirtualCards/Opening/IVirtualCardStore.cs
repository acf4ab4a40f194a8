using PersoMesh.VirtualCards.Sealing;

namespace PersoMesh.VirtualCards.Opening;

/// <summary>Where sealed images are kept.</summary>
public interface IVirtualCardStore
{
    /// <summary>Finds an image.</summary>
    /// <param name="identifier">32 hexadecimal digits, as the user typed them.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <returns>Null when there is none.</returns>
    ValueTask<SealedVirtualCard?> FindAsync(string identifier, CancellationToken cancellationToken);
}
