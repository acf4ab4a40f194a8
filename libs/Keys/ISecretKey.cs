namespace PersoMesh.Keys;

/// <summary>The block cipher that a key is for.</summary>
public enum KeyAlgorithm
{
    /// <summary>Triple DES in EDE mode, 16-byte (K1‖K2) or 24-byte keys, 8-byte blocks.</summary>
    TripleDes,

    /// <summary>AES, 16-, 24- or 32-byte keys, 16-byte blocks.</summary>
    Aes,
}

/// <summary>
/// A symmetric key that can be used and derived from, but not read. The value may live in an HSM (PKCS#11)
/// or in process memory (tests, demonstration); every calculation of the project that touches a secret key
/// is written against this interface, so the same code runs on both.
/// </summary>
/// <remarks>
/// Not thread-safe: a key belongs to the <see cref="ISecuritySession"/> that returned it and must not outlive
/// it. Disposing a derived key destroys it; disposing a key found by label only lets go of it.
/// No padding is ever added: inputs are whole blocks unless a member says otherwise. Input and output may be
/// the same buffer.
/// </remarks>
public interface ISecretKey : IDisposable
{
    /// <summary>The cipher of this key.</summary>
    KeyAlgorithm Algorithm { get; }

    /// <summary>Key length in bytes (16 or 24 for 3DES; 16, 24 or 32 for AES).</summary>
    int Length { get; }

    /// <summary>Encrypts whole blocks independently of each other.</summary>
    /// <param name="input">A multiple of the block size, at least one block.</param>
    /// <param name="output">At least as long as <paramref name="input"/>; owned by the caller.</param>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    void EncryptEcb(ReadOnlySpan<byte> input, Span<byte> output);

    /// <summary>Decrypts whole blocks independently of each other; the inverse of <see cref="EncryptEcb"/>.</summary>
    /// <param name="input">A multiple of the block size, at least one block.</param>
    /// <param name="output">At least as long as <paramref name="input"/>; owned by the caller.</param>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    void DecryptEcb(ReadOnlySpan<byte> input, Span<byte> output);

    /// <summary>Encrypts whole blocks in CBC mode (NIST SP 800-38A §6.2).</summary>
    /// <param name="iv">One block.</param>
    /// <param name="input">A multiple of the block size, at least one block.</param>
    /// <param name="output">At least as long as <paramref name="input"/>; owned by the caller.</param>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    void EncryptCbc(ReadOnlySpan<byte> iv, ReadOnlySpan<byte> input, Span<byte> output);

    /// <summary>Decrypts whole blocks in CBC mode (NIST SP 800-38A §6.2).</summary>
    /// <param name="iv">One block.</param>
    /// <param name="input">A multiple of the block size, at least one block.</param>
    /// <param name="output">At least as long as <paramref name="input"/>; owned by the caller.</param>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    void DecryptCbc(ReadOnlySpan<byte> iv, ReadOnlySpan<byte> input, Span<byte> output);

    /// <summary>CMAC (NIST SP 800-38B, RFC 4493) over a message of any length, also empty.</summary>
    /// <param name="message">The message.</param>
    /// <param name="mac">Receives one block (16 bytes AES, 8 bytes 3DES); owned by the caller.</param>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    void Cmac(ReadOnlySpan<byte> message, Span<byte> mac);

    /// <summary>
    /// Derives the key whose value is the first <paramref name="length"/> bytes of ECB(this, <paramref name="data"/>)
    /// (PKCS#11 v2.40 §2.14, CKM_*_ECB_ENCRYPT_DATA). The value never leaves the security module.
    /// </summary>
    /// <param name="data">A multiple of this key's block size, at least <paramref name="length"/> bytes.</param>
    /// <param name="algorithm">The cipher of the new key.</param>
    /// <param name="length">Length in bytes of the new key. For 3DES use 16 (K1‖K2). Parity bits may be adjusted: they carry no meaning.</param>
    /// <returns>A key that the caller disposes.</returns>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    ISecretKey DeriveEcb(ReadOnlySpan<byte> data, KeyAlgorithm algorithm, int length);

    /// <summary>
    /// Derives the key whose value is the first <paramref name="length"/> bytes of CBC(this, <paramref name="iv"/>, <paramref name="data"/>)
    /// (PKCS#11 v2.40 §2.14, CKM_*_CBC_ENCRYPT_DATA). The value never leaves the security module.
    /// </summary>
    /// <param name="iv">One block of this key's cipher.</param>
    /// <param name="data">A multiple of this key's block size, at least <paramref name="length"/> bytes.</param>
    /// <param name="algorithm">The cipher of the new key.</param>
    /// <param name="length">Length in bytes of the new key. For 3DES use 16 (K1‖K2). Parity bits may be adjusted: they carry no meaning.</param>
    /// <returns>A key that the caller disposes.</returns>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    ISecretKey DeriveCbc(ReadOnlySpan<byte> iv, ReadOnlySpan<byte> data, KeyAlgorithm algorithm, int length);
}
