using System.Security.Cryptography;

namespace PersoMesh.VirtualCards;

/// <summary>Fills a buffer with random bytes: a security module's generator, or the operating system's.</summary>
/// <param name="output">Owned by the caller.</param>
public delegate void RandomSource(Span<byte> output);

/// <summary>Sources of random bytes.</summary>
public static class RandomSources
{
    /// <summary>The operating system's generator.</summary>
    public static RandomSource OperatingSystem { get; } = RandomNumberGenerator.Fill;
}
