using System.Security.Cryptography;

namespace PersoMesh.Emv;

/// <summary>A certification authority public key of a payment scheme, as terminals hold it (EMV 4.3 Book 2 §11.2.2). Immutable.</summary>
public sealed class CaPublicKey
{
    /// <summary>Creates the key.</summary>
    /// <param name="rid">Registered application provider identifier, 5 bytes; copied.</param>
    /// <param name="index">Certification authority public key index, tag 8F.</param>
    /// <param name="key">The key.</param>
    /// <exception cref="ArgumentException">The RID has not 5 bytes.</exception>
    public CaPublicKey(ReadOnlySpan<byte> rid, byte index, RsaPublicKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (rid.Length != 5)
            throw new ArgumentException($"A RID has 5 bytes, got {rid.Length}.", nameof(rid));
        (Rid, Index, Key) = (rid.ToArray(), index, key);
    }

    /// <summary>Registered application provider identifier, 5 bytes.</summary>
    public ReadOnlyMemory<byte> Rid { get; }

    /// <summary>Certification authority public key index.</summary>
    public byte Index { get; }

    /// <summary>The key.</summary>
    public RsaPublicKey Key { get; }

    /// <summary>
    /// The check sum of table 27: SHA-1 over RID, index, modulus and exponent, 20 bytes. Compare it when a key is imported.
    /// </summary>
    public byte[] ComputeCheckSum() => SHA1.HashData([.. Rid.Span, Index, .. Key.Modulus.Span, .. Key.Exponent.Span]);

    /// <summary>RID, index and key length.</summary>
    public override string ToString() => $"CA public key {Convert.ToHexString(Rid.Span)} {Index:X2}, {Key.ModulusLength * 8} bits";
}
