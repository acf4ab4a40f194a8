using PersoMesh.Emv;
using PersoMesh.Keys;

namespace PersoMesh.PreparedJobs;

/// <summary>Signs certificates with a private key of a security module.</summary>
/// <param name="key">The key; good as long as its session.</param>
public sealed class HsmRsaSigner(IRsaPrivateKey key) : IRsaSigner
{
    /// <inheritdoc />
    public int ModulusLength => key.Modulus.Length;

    /// <summary>The public key.</summary>
    public RsaPublicKey PublicKey { get; } = new(key.Modulus.Span, key.Exponent.Span);

    /// <inheritdoc />
    public void SignRaw(ReadOnlySpan<byte> block, Span<byte> signature) => key.SignRaw(block, signature);
}
