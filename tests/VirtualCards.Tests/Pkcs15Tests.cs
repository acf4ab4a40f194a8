using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using PersoMesh.PrivateServers;
using PersoMesh.VirtualCards.Layout;
using PersoMesh.VirtualCards.Pkcs15;

namespace PersoMesh.VirtualCards.Tests;

/// <summary>A PKCS #15 card is personalized and read by OpenSC, which knows nothing of this code.</summary>
public sealed class Pkcs15Tests
{
    static readonly PasswordSlot[] Passwords = [new(1, new(4, 8)) { Name = "Student PIN", ResettingCode = new(8, 8) }];

    static readonly byte[] KeyId = [0x45];

    static Pkcs15Application Application() => new(
        "Student card",
        "University of Somewhere",
        Passwords,
        [
            new Pkcs15PrivateKey(KeyId, 0x4B01, 1300, "Signature key", 2048, KeyUsages.Sign | KeyUsages.NonRepudiation, 1)
            {
                KeyReference = 1,
            },
            new Pkcs15PublicKey(KeyId, 0x4B02, 300, "Signature key", 2048, KeyUsages.Verify),
            new Pkcs15Certificate(KeyId, 0x4B03, 1500, "Signature certificate"),
            new Pkcs15Certificate(new byte[] { 0x46 }, 0x4B04, 1500, "CA certificate") { IsAuthority = true },
            new Pkcs15Data(0x4B05, 200, "Matriculation", "Campus"),
            new Pkcs15Data(0x4B06, 64, "Scholarship", "Campus") { Password = 1 },
        ]);

    [Fact]
    public async Task OpenSC_lists_and_reads_all_objects()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=Student 1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddYears(5));
        var application = Application();
        using var image = VirtualCard.Create(new(new(0x3F00) { Files = application.Files }, Passwords), "id-pkcs15@1", Some.Random);
        application.Fill(image, new Dictionary<ushort, ReadOnlyMemory<byte>>
        {
            [0x4B01] = key.ExportRSAPrivateKey(),
            [0x4B02] = key.ExportRSAPublicKey(),
            [0x4B03] = certificate.RawData,
            [0x4B04] = certificate.RawData,
            [0x4B05] = "M-4711"u8.ToArray(),
            [0x4B06] = "granted"u8.ToArray(),
        });
        var card = Some.BlankCard();
        using var script = Some.Agent.Personalize(image, Some.Transport);
        Assert.Null(await Some.Runner(card).RunAsync(script, default));
        CardAssert.Holds(image, card);

        var folder = Directory.CreateTempSubdirectory("pm-p15-").FullName;
        try
        {
            // A card that OpenSC has no driver for is left alone unless it is told to try the one for ISO/IEC 7816-4.
            var configuration = Path.Combine(folder, "opensc.conf");
            await File.WriteAllTextAsync(configuration, "app default { enable_default_driver = true; }");
            await using var pcscd = await PrivatePcscd.StartAsync(folder, 1);
            await using var inserted = new VpcdCard(pcscd.Slots[0].Port, card);
            await WaitForCard(pcscd);
            var dump = Pkcs15Tool(pcscd, configuration, "--dump");
            CheckDump(dump, image);
            Assert.Equal(certificate.ExportCertificatePem(), Pkcs15Tool(pcscd, configuration, "--read-certificate", "45").Trim());
            Assert.Equal(key.ExportSubjectPublicKeyInfoPem(), Pkcs15Tool(pcscd, configuration, "--read-public-key", "45").Trim());
            Assert.Equal("M-4711", Pkcs15Tool(pcscd, configuration, "--read-data-object", "Matriculation", "--raw"));
            var pin = Encoding.ASCII.GetString(image.Password(1).Value);
            string[] verify = ["--verify-pin", "--auth-id", "01", "--pin", pin];
            Assert.Equal("granted", Pkcs15Tool(pcscd, configuration, [.. verify, "--read-data-object", "Scholarship", "--raw"]));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static void CheckDump(string dump, VirtualCard image)
    {
        Assert.Contains("PKCS#15 Card [Student card]", dump);
        Assert.Contains(image.Identifier.ToLowerInvariant(), dump.ToLowerInvariant());
        Assert.Contains("University of Somewhere", dump);
        Assert.Contains("PIN [Student PIN]", dump);
        Assert.Contains("PIN [PUK of Student PIN]", dump);
        Assert.Contains("Private RSA Key [Signature key]", dump);
        Assert.Contains("Public RSA Key [Signature key]", dump);
        Assert.Contains("X.509 Certificate [Signature certificate]", dump);
        Assert.Contains("X.509 Certificate [CA certificate]", dump);
        Assert.Contains("Data object 'Matriculation'", dump);
        Assert.Contains("Data object 'Scholarship'", dump);
    }

    [Fact]
    public void An_object_without_content_is_named()
    {
        var application = Application();
        using var image = VirtualCard.Create(new(new(0x3F00) { Files = application.Files }, Passwords), "p", Some.Random);
        var nothing = new Dictionary<ushort, ReadOnlyMemory<byte>>();
        var error = Assert.Throws<VirtualCardContentException>(() => application.Fill(image, nothing));
        Assert.Equal("File 3F00/5015/4B01 ('Signature key') has no content.", error.Message);
    }

    // pcscd looks for cards every 0.4 s.
    static async Task WaitForCard(PrivatePcscd pcscd)
    {
        for (var attempt = 0; attempt < 200; attempt++)
        {
            var readers = Run(pcscd, "", "opensc-tool", "--list-readers");
            if (readers.Split('\n').Any(line => line.Contains(" Yes ", StringComparison.Ordinal)))
                return;
            await Task.Delay(100);
        }

        Assert.Fail("pcscd does not see the card.");
    }

    static string Pkcs15Tool(PrivatePcscd pcscd, string configuration, params string[] arguments) =>
        Run(pcscd, configuration, "pkcs15-tool", ["--reader", pcscd.Slots[0].Reader, .. arguments]);

    static string Run(PrivatePcscd pcscd, string configuration, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in pcscd.EnvironmentVariables)
            start.Environment[name] = value;
        start.Environment["OPENSC_CONF"] = configuration;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors.Result + output);
        return output;
    }
}
