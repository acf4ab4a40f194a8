using System.Security.Cryptography;

namespace PersoMesh.Emv.Tests;

/// <summary>
/// A signer that is the openssl program: proof that an outside implementation of <see cref="IRsaSigner"/> gives the same certificates.
/// </summary>
sealed class OpenSslRsa : IRsaSigner, IDisposable
{
    readonly string _file = Path.GetTempFileName();

    public OpenSslRsa(RSAParameters key)
    {
        using var rsa = RSA.Create(key);
        File.WriteAllText(_file, rsa.ExportRSAPrivateKeyPem());
        ModulusLength = key.Modulus!.Length;
    }

    public int ModulusLength { get; }

    public void SignRaw(ReadOnlySpan<byte> block, Span<byte> signature) =>
        OpenSsl.Run($"pkeyutl -decrypt -inkey {_file} -pkeyopt rsa_padding_mode:none", block).CopyTo(signature);

    public void Dispose() => File.Delete(_file);
}
