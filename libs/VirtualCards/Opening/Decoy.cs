using System.Security.Cryptography;
using PersoMesh.Keys;
using PersoMesh.VirtualCards.Sealing;

namespace PersoMesh.VirtualCards.Opening;

/// <summary>An image that nobody has the password of.</summary>
static class Decoy
{
    public static SealedVirtualCard Create(int iterations)
    {
        using var image = VirtualCard.Create(new(new(0x3F00), []), "decoy", RandomSources.OperatingSystem);
        using var key = new SoftwareKey(KeyAlgorithm.Aes, RandomNumberGenerator.GetBytes(32));
        return SealedVirtualCard.Seal(image, RandomNumberGenerator.GetBytes(32), key, "", iterations);
    }
}
