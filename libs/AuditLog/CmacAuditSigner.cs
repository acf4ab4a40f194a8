using System.Security.Cryptography;
using PersoMesh.Keys;

namespace PersoMesh.AuditLog;

/// <summary>Signs and checks seals with an AES key of the security module (CMAC, NIST SP 800-38B): whoever checks needs the module too.</summary>
/// <param name="module">The module; not owned.</param>
/// <param name="key">Label of an AES key.</param>
public sealed class CmacAuditSigner(ISecurityModule module, string key) : IAuditSigner, IAuditSignatureVerifier
{
    /// <inheritdoc />
    public string Key => key;

    /// <inheritdoc />
    public string Algorithm => "AES-CMAC";

    /// <inheritdoc />
    /// <exception cref="SecurityModuleException">The module refused, or has no such key.</exception>
    public byte[] Sign(ReadOnlySpan<byte> message) => Mac(key, message);

    /// <inheritdoc />
    /// <remarks>Only this signer's key is accepted: any other of the module's would let its user forge a seal.</remarks>
    public bool Verify(string key, string algorithm, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        key == Key && algorithm == Algorithm && CryptographicOperations.FixedTimeEquals(Mac(key, message), signature);

    byte[] Mac(string label, ReadOnlySpan<byte> message)
    {
        using var session = module.OpenSession();
        using var secret = session.GetKey(label);
        if (secret.Algorithm != KeyAlgorithm.Aes)
            throw new SecurityModuleException($"The key '{label}' for the audit log must be an AES key.");
        var mac = new byte[16];
        secret.Cmac(message, mac);
        return mac;
    }
}
