using System.Globalization;

namespace PersoMesh.PreparedJobs;

/// <summary>What kind of RSA key pair a card needs.</summary>
/// <param name="Bits">Length of the modulus, a multiple of 16.</param>
/// <param name="Exponent">3 or 65537.</param>
public sealed record KeyPairSize(int Bits, int Exponent)
{
    /// <summary>For people and file names: <c>rsa-1152-3</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"rsa-{Bits}-{Exponent}");
}
