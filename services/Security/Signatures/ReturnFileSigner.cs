using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MassTransit;
using PersoMesh.Contracts.Ingest;
using PersoMesh.Hosting;
using PersoMesh.Keys;

namespace PersoMesh.Security.Signatures;

/// <summary>Signs return files with the bureau's RSA key in the HSM.</summary>
sealed class ReturnFileSigner(ISecurityModule module, SecurityOptions options, TimeProvider time) : IConsumer<SignReturnFile>
{
    public Task Consume(ConsumeContext<SignReturnFile> context) => context.RespondAsync(Sign(context.Message.Digest));

    ReturnFileSigned Sign(byte[] digest)
    {
        if (options.ReturnFiles is not { } settings)
            return new ReturnFileSigned(null, "Security has no key for return files: set Security:ReturnFiles (Key, Certificate).");
        try
        {
            using var certificate = ReadCertificate(settings.Certificate);
            using var session = module.OpenSession();
            var key = (session as IRsaSession)?.GetRsaKey(settings.Key) ?? throw new SecurityModuleException($"{module.Name} has no RSA keys.");
            return DetachedSignature.IsAbout(certificate, key)
                ? new ReturnFileSigned(DetachedSignature.Create(key, certificate, digest, time.GetUtcNow()))
                : new ReturnFileSigned(null, $"The certificate in Security:ReturnFiles is about another key than '{settings.Key}' in {module.Name}.");
        }
        catch (Exception e) when (e is SecurityModuleException or MeshConfigurationException)
        {
            return new ReturnFileSigned(null, e.Message);
        }
    }

    static X509Certificate2 ReadCertificate(string path)
    {
        try
        {
            return X509CertificateLoader.LoadCertificateFromFile(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new MeshConfigurationException($"Security:ReturnFiles:Certificate '{path}' cannot be read: it must be an X.509 certificate, PEM or DER.", e);
        }
    }
}
