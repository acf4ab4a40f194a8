using PersoMesh.Keys;

namespace PersoMesh.Emv.Tests;

static class Hex
{
    public static byte[] Bytes(string hex) => Convert.FromHexString(hex);

    public static string Of(ReadOnlySpan<byte> bytes) => Convert.ToHexString(bytes);

    public static SoftwareKey TripleDes(string hex) => new(KeyAlgorithm.TripleDes, Bytes(hex));

    public static SoftwareKey Aes(string hex) => new(KeyAlgorithm.Aes, Bytes(hex));
}
