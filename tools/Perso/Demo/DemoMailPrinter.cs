using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PersoMesh.Profiles;

namespace PersoMesh.Perso.Demo;

/// <summary>
/// A mail printer for demonstrations: a key and a certificate in the folder <c>mail-printer</c> of the run, so that the PIN mailers in <c>pin-mailers</c>
/// can be opened with openssl. A real printer keeps its key to itself.
/// </summary>
static class DemoMailPrinter
{
    const int ModulusBits = 3072;

    /// <summary>Settings of the Security service for file-system cards; none for others.</summary>
    /// <param name="profiles">The profiles whose cards will be made.</param>
    /// <param name="folder">Folder of the run.</param>
    public static IEnumerable<KeyValuePair<string, string>> Settings(IEnumerable<CardProfile> profiles, string folder)
    {
        var chips = profiles.Select(profile => profile.FileSystem).OfType<FileSystemChip>().ToArray();
        if (chips.Length == 0)
            yield break;
        yield return new("Security:VirtualCardArchive", Path.Combine(folder, "virtual-cards"));
        if (chips.All(chip => chip.PinMailer is null))
            yield break;
        yield return new("Security:PinMailers:SpoolFolder", Path.Combine(folder, "pin-mailers"));
        yield return new("Security:PinMailers:PrinterCertificate", Create(Path.Combine(folder, "mail-printer")));
    }

    static string Create(string folder)
    {
        var (certificatePath, keyPath) = (Path.Combine(folder, "printer.pem"), Path.Combine(folder, "printer.key"));
        if (File.Exists(certificatePath) && File.Exists(keyPath))
            return certificatePath;
        Directory.CreateDirectory(folder);
        using var key = RSA.Create(ModulusBits);
        var request = new CertificateRequest("CN=Demonstration mail printer", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyEncipherment, critical: true));
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(1));
        File.WriteAllText(keyPath, key.ExportPkcs8PrivateKeyPem());
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(keyPath, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText(certificatePath, certificate.ExportCertificatePem());
        return certificatePath;
    }
}
