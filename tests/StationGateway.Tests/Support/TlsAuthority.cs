using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PersoMesh.StationGateway.Tests.Support;

/// <summary>A certification authority for TLS connections of a test, with its files in a folder.</summary>
sealed class TlsAuthority : IDisposable
{
    static readonly DateTimeOffset From = DateTimeOffset.UtcNow.AddDays(-1);

    readonly string _folder;
    readonly X509Certificate2 _certificate;

    /// <param name="folder">Created.</param>
    public TlsAuthority(string folder)
    {
        _folder = Directory.CreateDirectory(folder).FullName;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=authority of a test", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        _certificate = request.CreateSelfSigned(From, From.AddDays(3));
        File.WriteAllText(CertificateFile, _certificate.ExportCertificatePem());
    }

    public string CertificateFile => Path.Combine(_folder, "authority.pem");

    /// <summary>Issues a certificate for a server or a client of that name, or both.</summary>
    /// <returns>Files of certificate and private key, PEM.</returns>
    public (string Certificate, string Key) Issue(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(_certificate, From, From.AddDays(2), RandomNumberGenerator.GetBytes(8));
        var (certificateFile, keyFile) = (Path.Combine(_folder, $"{name}.pem"), Path.Combine(_folder, $"{name}.key"));
        File.WriteAllText(certificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        return (certificateFile, keyFile);
    }

    public void Dispose() => _certificate.Dispose();
}
