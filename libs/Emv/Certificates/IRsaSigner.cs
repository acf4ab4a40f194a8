namespace PersoMesh.Emv;

/// <summary>
/// A private RSA key that EMV certificates are signed with. The block arrives complete: no PKCS#1 padding. An HSM does it with
/// CKM_RSA_X_509; <see cref="SoftwareRsaSigner"/> does it in process memory.
/// </summary>
/// <remarks>Not thread-safe unless an implementation says so.</remarks>
public interface IRsaSigner
{
    /// <summary>Length in bytes of the modulus, of a block and of a signature.</summary>
    int ModulusLength { get; }

    /// <summary>Raises the block to the private exponent (EMV 4.3 Book 2 §B2.1.2).</summary>
    /// <param name="block">Exactly <see cref="ModulusLength"/> bytes, big-endian, below the modulus.</param>
    /// <param name="signature">Receives <see cref="ModulusLength"/> bytes, big-endian, leading zeros kept; owned by the caller.</param>
    /// <exception cref="PersoMesh.Keys.SecurityModuleException">The token refused.</exception>
    void SignRaw(ReadOnlySpan<byte> block, Span<byte> signature);
}
