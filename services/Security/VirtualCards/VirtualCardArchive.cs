using PersoMesh.Hosting;
using PersoMesh.Keys;
using PersoMesh.VirtualCards;

namespace PersoMesh.Security.VirtualCards;

/// <summary>Keeps the images of good cards, sealed and without their passwords, in a folder.</summary>
sealed class VirtualCardArchive
{
    /// <summary>What the names of sealed images end with.</summary>
    public const string Extension = ".vsc";

    readonly string? _folder;

    /// <exception cref="MeshConfigurationException">The folder cannot be used.</exception>
    public VirtualCardArchive(string? folder)
    {
        if (folder is null)
            return;
        try
        {
            _folder = Directory.CreateDirectory(folder).FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MeshConfigurationException($"Security:VirtualCardArchive cannot be used: {e.Message}", e);
        }
    }

    /// <summary>Keeps an image under its identifier; its passwords are gone afterwards, here too.</summary>
    public async Task KeepAsync(ISecuritySession session, VirtualCard image, CancellationToken cancellationToken)
    {
        if (_folder is null)
            return;
        image.ForgetPasswords();
        var path = Path.Combine(_folder, image.Identifier + Extension);
        var unfinished = $"{path}.{Guid.NewGuid():N}.tmp";
        await File.WriteAllBytesAsync(unfinished, VirtualCardIssuing.Seal(session, image).ToArray(), cancellationToken);
        File.Move(unfinished, path, overwrite: true);
    }
}
