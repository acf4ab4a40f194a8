using System.Security.Cryptography;
using PersoMesh.Contracts.Preparation;
using PersoMesh.GlobalPlatform;

namespace PersoMesh.Security.Sessions;

/// <summary>A card's secret values on their way from the HSM's storage key to the card's session key. Zeroes them when it is done.</summary>
sealed class SecretsInTransit(byte[][] values, SecureChannel channel) : IDisposable
{
    readonly byte[]?[] _encrypted = new byte[values.Length][];

    /// <summary>A piece of a secret as the card gets it.</summary>
    public ReadOnlyMemory<byte> Piece(ScriptData part) =>
        (part.IsEncrypted ? _encrypted[part.Secret] ??= Encrypt(values[part.Secret]) : values[part.Secret]).AsMemory(part.Offset, part.Length);

    public void Dispose()
    {
        foreach (var value in values)
            CryptographicOperations.ZeroMemory(value);
    }

    byte[] Encrypt(byte[] value)
    {
        var blockLength = channel.Protocol == SecureChannelProtocol.Scp02 ? 8 : 16;
        var padded = new byte[(value.Length + blockLength - 1) / blockLength * blockLength];
        value.CopyTo(padded, 0);
        if (padded.Length > value.Length)
            padded[value.Length] = 0x80; // ISO/IEC 9797-1 padding method 2, where there is room to fill
        channel.EncryptSensitiveData(padded, padded);
        return padded;
    }
}
