using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PersoMesh.Keys;
using PersoMesh.Perso.Commands;

namespace PersoMesh.Perso.Keys;

/// <summary><c>perso keys request-certificate</c>: an X.509 certificate for the RSA key that signs return files.</summary>
static class SigningCertificateCommand
{
    public static Command Create()
    {
        var label = new Argument<string>("LABEL") { Description = "The RSA key's label in the token; 'perso keys generate-rsa LABEL --bits 3072 --exponent 65537' makes one." };
        var subject = new Option<string>("--subject") { Description = "Distinguished name: \"CN=Return files, O=Our bureau\".", Required = true };
        var days = new Option<int?>("--self-signed") { Description = "Write a certificate that the key signs itself, valid for so many days, instead of a request." };
        var output = new Option<string>("--out", "-o") { Description = "The file to write, PEM.", Required = true };
        var command = new Command("request-certificate", """
            Write the request (PKCS #10) for the certificate of an RSA key, signed with the key itself, for the bureau's certification
            authority. Security signs return files with the key and the certificate: Security:ReturnFiles (docs/operating.md).
            """)
        {
            label, subject, days, output,
        };
        return KeysContext.Run(command, (parsed, context) =>
        {
            using var session = context.Module.OpenSession();
            var key = (session as IRsaSession ?? throw new UserErrorException("This security module has no RSA keys.")).GetRsaKey(parsed.GetValue(label)!);
            var name = Name(parsed.GetValue(subject)!);
            var pem = parsed.GetValue(days) is { } validity ? SelfSigned(key, name, validity, TimeProvider.System.GetUtcNow()) : Request(key, name);
            File.WriteAllText(parsed.GetValue(output)!, pem + Environment.NewLine);
            context.Log.Append(context.Actor, "key.request", parsed.GetValue(label)!, ("subject", name.Name));
            Console.WriteLine($"{parsed.GetValue(output)}: {name.Name}");
        });
    }

    /// <summary>A request, PEM.</summary>
    public static string Request(IRsaPrivateKey key, X500DistinguishedName name)
    {
        var generator = new ModuleSignatureGenerator(key);
        return PemEncoding.WriteString("CERTIFICATE REQUEST", New(generator, name).CreateSigningRequest(generator));
    }

    /// <summary>A certificate that the key signs itself, PEM.</summary>
    public static string SelfSigned(IRsaPrivateKey key, X500DistinguishedName name, int days, DateTimeOffset now)
    {
        var generator = new ModuleSignatureGenerator(key);
        using var certificate = New(generator, name).Create(name, generator, now.AddMinutes(-5), now.AddDays(days), RandomNumberGenerator.GetBytes(16));
        return certificate.ExportCertificatePem();
    }

    static CertificateRequest New(ModuleSignatureGenerator generator, X500DistinguishedName name)
    {
        var request = new CertificateRequest(name, generator.PublicKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.NonRepudiation, critical: true));
        return request;
    }

    static X500DistinguishedName Name(string text)
    {
        try
        {
            return new X500DistinguishedName(text);
        }
        catch (CryptographicException e)
        {
            throw new UserErrorException($"--subject '{text}' is no distinguished name: write CN=…, O=….", e);
        }
    }
}
