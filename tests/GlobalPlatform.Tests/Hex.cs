using PersoMesh.Keys;
using PersoMesh.SmartCard;

namespace PersoMesh.GlobalPlatform.Tests;

/// <summary>Hexadecimal to the library's types and back.</summary>
static class Hex
{
    internal static byte[] Bytes(string hex) => Convert.FromHexString(hex);

    internal static string Of(CommandApdu command) => Convert.ToHexString(command.ToArray());

    internal static string Of(ResponseApdu response) => Convert.ToHexString(response.ToArray());

    internal static CommandApdu Command(string hex) => CommandApdu.Parse(Bytes(hex));

    internal static ResponseApdu Response(string hex) =>
        ResponseApdu.TryParse(Bytes(hex), out var response) ? response : throw new FormatException(hex);

    internal static SoftwareKey Aes(string hex) => new(KeyAlgorithm.Aes, Bytes(hex));

    internal static SoftwareKey TripleDes(string hex) => new(KeyAlgorithm.TripleDes, Bytes(hex));

    /// <summary>A key cannot be read: two keys are the same when they encrypt two blocks alike.</summary>
    internal static string Fingerprint(ISecretKey key)
    {
        var blocks = new byte[32];
        blocks[31] = 1;
        key.EncryptEcb(blocks, blocks);
        return Convert.ToHexString(blocks);
    }
}
