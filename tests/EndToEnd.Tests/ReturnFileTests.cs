using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using PersoMesh.EndToEnd.Tests.Support;
using PersoMesh.Fixtures;
using PersoMesh.Keys;
using PersoMesh.Perso;
using PersoMesh.Perso.Commands;
using PersoMesh.Perso.Jobs;
using PersoMesh.Perso.Keys;
using PersoMesh.Perso.Samples;
using PersoMesh.Pkcs11;
using PersoMesh.Profiles;

namespace PersoMesh.EndToEnd.Tests;

/// <summary>A job's return file with a signature by a key in an HSM, judged by OpenSSL.</summary>
public sealed class ReturnFileTests : IDisposable
{
    const string Key = "RETURN-FILES";

    readonly SoftHsmFixture _hsm = new();
    readonly TemporaryFolder _folder = new();

    public ReturnFileTests()
    {
        foreach (var key in DemoKeyFile.Read(InstallFolder.DemoKeys))
            _hsm.Import(key.Label, key.Algorithm, Convert.FromHexString(key.Value));
        using var administration = Pkcs11KeyAdministration.Open(_hsm.Options());
        administration.GenerateRsa(Key, 2048, 65537);
    }

    public void Dispose()
    {
        _folder.Dispose();
        _hsm.Dispose();
    }

    [Fact]
    public async Task OpenSSL_verifies_a_signed_return_file_and_refuses_a_changed_one()
    {
        var certificate = _folder.File("bureau.pem");
        File.WriteAllText(certificate, WithKey(key => SigningCertificateCommand.SelfSigned(key, new X500DistinguishedName("CN=Return files, O=Bureau"), 30, TimeProvider.System.GetUtcNow())));
        await using var mesh = await StartAsync(certificate);
        await PersonalizeAsync(mesh);
        using var client = new IngestClient(mesh.Address);
        var file = _folder.File("report.csv");
        File.WriteAllBytes(file + ".p7s", await client.SignedReturnFileAsync("job", file, CancellationToken.None));

        var report = File.ReadAllLines(file);
        Assert.Equal(1 + 3, report.Length);
        Assert.All(report[1..], line => Assert.Equal("good", line.Split(',')[2]));
        string[] verify = ["cms", "-verify", "-binary", "-inform", "DER", "-in", file + ".p7s", "-content", file, "-CAfile", certificate, "-out", "/dev/null"];
        Assert.Contains("Verification successful", OpenSsl(0, verify), StringComparison.Ordinal);
        File.WriteAllText(file, File.ReadAllText(file).Replace("good", "Good", StringComparison.Ordinal));
        Assert.Contains("CMS Verification failure", OpenSsl(4, verify), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_signed_but_the_jobs_own_file_by_the_certificates_own_key()
    {
        var other = _folder.File("other.pem");
        using (var rsa = System.Security.Cryptography.RSA.Create(2048))
        {
            var request = new CertificateRequest("CN=Other", rsa, System.Security.Cryptography.HashAlgorithmName.SHA256, System.Security.Cryptography.RSASignaturePadding.Pkcs1);
            using var issued = request.CreateSelfSigned(TimeProvider.System.GetUtcNow(), TimeProvider.System.GetUtcNow().AddDays(1));
            File.WriteAllText(other, issued.ExportCertificatePem());
        }

        await using var mesh = await StartAsync(other);
        await PersonalizeAsync(mesh);
        using var http = new HttpClient { BaseAddress = mesh.Address };
        using var refused = await http.PostAsync(new Uri($"jobs/job/return-file/signature?sha256={new string('7', 64)}", UriKind.Relative), content: null);
        Assert.Equal(System.Net.HttpStatusCode.Conflict, refused.StatusCode);
        using var client = new IngestClient(mesh.Address);
        var refusal = await Assert.ThrowsAsync<UserErrorException>(() => client.SignedReturnFileAsync("job", _folder.File("report.csv"), CancellationToken.None));
        Assert.Contains("another key than 'RETURN-FILES'", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OpenSSL_verifies_the_request_for_the_certificate()
    {
        var request = _folder.File("request.pem");
        File.WriteAllText(request, WithKey(key => SigningCertificateCommand.Request(key, new X500DistinguishedName("CN=Return files, O=Bureau"))));
        Assert.Contains("verify OK", OpenSsl(0, "req", "-in", request, "-verify", "-noout"), StringComparison.Ordinal);
    }

    string WithKey(Func<IRsaPrivateKey, string> make)
    {
        using var module = Pkcs11SecurityModule.Open(_hsm.Options());
        using var session = module.OpenSession();
        return make(((IRsaSession)session).GetRsaKey(Key));
    }

    Task<EmbeddedMesh> StartAsync(string certificate) => EmbeddedMesh.StartAsync(
    [
        $"--Security:Pkcs11:Library={_hsm.LibraryPath}", $"--Security:Pkcs11:Token={_hsm.TokenLabels[0]}", $"--Security:Pkcs11:PinFile={_hsm.PinFile}",
        $"--Security:ReturnFiles:Key={Key}", $"--Security:ReturnFiles:Certificate={certificate}", .. EmbeddedMesh.Station(0, "emv"),
    ]);

    static async Task PersonalizeAsync(EmbeddedMesh mesh)
    {
        using var records = new MemoryStream();
        SampleFile.Write(ProfileLibrary.Load(InstallFolder.Profiles).Get("emv-debit"), 3, 1, "csv", records);
        records.Position = 0;
        Assert.Equal(3, (await mesh.PersonalizeAsync("job", "emv-debit", "csv", records)).Status.Good);
    }

    static string OpenSsl(int status, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("openssl", arguments) { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var text = process.StandardError.ReadToEnd() + output.GetAwaiter().GetResult();
        process.WaitForExit();
        Assert.True(process.ExitCode == status, $"openssl ended with {process.ExitCode}: {text}");
        return text;
    }
}
