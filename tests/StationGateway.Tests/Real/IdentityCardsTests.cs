using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PersoMesh.EndToEnd.Tests.Support;
using PersoMesh.FileSystemCard;
using PersoMesh.Ingest.Jobs;
using PersoMesh.Pcsc.Tests.Support;
using PersoMesh.StationGateway.Tests.Support;
using Cli = PersoMesh.CardTools.Tests.Commands.Perso;

namespace PersoMesh.StationGateway.Tests.Real;

/// <summary>What OpenSC's pkcs15-tool says of a card of the shipped profile id-pkcs15, and <c>perso vsc</c> of the same card in a reader.</summary>
public sealed class IdentityCardsTests(IdentityCards run) : IClassFixture<IdentityCards>
{
    [Fact]
    public void All_cards_are_good() => Assert.All(run.Report, line => Assert.Equal(CardState.Good, line.State));

    [Fact]
    public async Task Pkcs15_tool_lists_all_objects_with_their_identifiers()
    {
        await using var inserted = await InsertAsync();
        var dump = await Pkcs15ToolAsync("--dump");
        Assert.Contains("PKCS#15 Card [Demo identity card]", dump, StringComparison.Ordinal);
        Assert.Contains("Manufacturer ID: Demo Republic", dump, StringComparison.Ordinal);
        var objects = Objects(dump);
        Assert.Equal(
            [
                "PIN [PIN]", "PIN [PUK of PIN]", "Private RSA Key [Signature key]", "Public RSA Key [Signature key]",
                "X.509 Certificate [Signature certificate]", "Data object 'Issuer'", "Data object 'Holder'",
            ],
            objects.Keys);
        Assert.Equal(("01", "1"), (objects["PIN [PIN]"]["ID"], objects["PIN [PIN]"]["Reference"].Split(' ')[0]));
        Assert.Equal("45", objects["Private RSA Key [Signature key]"]["ID"]);
        Assert.Equal("01", objects["Private RSA Key [Signature key]"]["Auth ID"]);
        Assert.Equal("2048", objects["Private RSA Key [Signature key]"]["ModLength"]);
        Assert.Contains("sign", objects["Private RSA Key [Signature key]"]["Usage"], StringComparison.Ordinal);
        Assert.Equal("45", objects["Public RSA Key [Signature key]"]["ID"]);
        Assert.Equal("45", objects["X.509 Certificate [Signature certificate]"]["ID"]);
        Assert.Equal("01", objects["Data object 'Holder'"]["Auth ID"]);
        Assert.False(objects["Data object 'Issuer'"].ContainsKey("Auth ID"));
    }

    [Fact]
    public async Task Pkcs15_tool_reads_the_issuers_certificate_and_key_and_with_the_letters_PIN_the_holder()
    {
        await using var inserted = await InsertAsync();
        var record = run.Records[0];
        using var certificate = X509CertificateLoader.LoadCertificate(Convert.FromBase64String(record["certificate"]));
        using var key = RSA.Create();
        key.ImportRSAPublicKey(Convert.FromBase64String(record["publicKey"]), out _);
        Assert.Equal(certificate.ExportCertificatePem(), (await Pkcs15ToolAsync("--read-certificate", "45")).Trim());
        Assert.Equal(key.ExportSubjectPublicKeyInfoPem(), (await Pkcs15ToolAsync("--read-public-key", "45")).Trim());
        Assert.Equal("Demo Republic, Office of Identity", await Pkcs15ToolAsync("--read-data-object", "Issuer", "--raw"));
        var holder = await Pkcs15ToolAsync("--verify-pin", "--auth-id", "01", "--pin", Pin(), "--read-data-object", "Holder", "--raw");
        Assert.Contains(record["personalNumber"], holder, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Perso_vsc_verifies_the_card_in_its_reader()
    {
        await using var inserted = await InsertAsync();
        using var folder = new TemporaryFolder();
        var pinFile = folder.File("pin.txt");
        await File.WriteAllTextAsync(pinFile, Pin());
        var withoutPin = Cli.Run("vsc", "verify", Image(), "--reader", Reader);
        Assert.True(withoutPin.Status == 0, withoutPin.Output + withoutPin.Error);
        var withPin = Cli.Run("vsc", "verify", Image(), "--reader", Reader, "--pin-file", pinFile);
        Assert.True(withPin.Status == 0, withPin.Output + withPin.Error);
        Assert.StartsWith($"The card matches image {Path.GetFileNameWithoutExtension(Image())} (", withPin.Output, StringComparison.Ordinal);
        var commands = Cli.Json("vsc", "verify", Image(), "--reader", Reader, "--pin-file", pinFile).GetProperty("commands").GetInt32();
        Assert.True(commands > Cli.Json("vsc", "verify", Image(), "--reader", Reader).GetProperty("commands").GetInt32());
        Assert.Equal((0, "", ""), Cli.Run("vsc", "diff", Image(), "--reader", Reader, "--pin-file", pinFile));
    }

    [Fact]
    public async Task Perso_vsc_lists_where_another_card_differs_and_tries_no_PIN_on_it()
    {
        await using var inserted = await InsertAsync();
        using var folder = new TemporaryFolder();
        var pinFile = folder.File("pin.txt");
        await File.WriteAllTextAsync(pinFile, Pin());
        var other = Directory.EnumerateFiles(run.Images).Single(file => file != Image());
        var (status, output, _) = Cli.Run("vsc", "diff", other, "--reader", Reader, "--pin-file", pinFile);
        Assert.Equal(1, status);
        Assert.Contains("file 3F00/5015/4B03, offset 0: the card differs from the image from byte", output, StringComparison.Ordinal);
        Assert.DoesNotContain(run.Records[0]["personalNumber"], output, StringComparison.Ordinal);
        Assert.Equal(3, Card().TriesLeft(1));
        Assert.Equal(1, Cli.Run("vsc", "verify", other, "--reader", Reader).Status);
    }

    [Fact]
    public void A_reader_that_is_not_there_is_named()
    {
        var (status, _, error) = Cli.Run("vsc", "verify", Image(), "--reader", "No such reader");
        Assert.Equal(2, status);
        Assert.Contains("No such reader", error, StringComparison.Ordinal);
    }

    string Reader => run.Station.Readers[0].Reader;

    string Pin() => Letters.Secrets(run.Mail[$"{run.Records[0]["firstName"]} {run.Records[0]["lastName"]}"]).Pin;

    SimulatedFileSystemCard Card()
    {
        var serial = run.Report.Single(line => line.CardObjectId == run.Records[0]["cardId"]).CardSerial!;
        return run.Station.Pile("GOOD").Single(card => serial.EndsWith(card.SerialNumber, StringComparison.Ordinal));
    }

    // The serial number in EF.CIAInfo is the image's identifier.
    string Image() => Directory.EnumerateFiles(run.Images).Single(
        file => Card().DebugFiles.Any(ef => ef.Content.AsSpan().IndexOf(Convert.FromHexString(Path.GetFileNameWithoutExtension(file))) >= 0));

    async Task<InsertedCards> InsertAsync()
    {
        var inserted = await InsertedCards.InsertAsync(run.Station, [(run.Station.Readers[0], Card())]);
        await PyScard.WaitAsync(Reader);
        return inserted;
    }

    async Task<string> Pkcs15ToolAsync(params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        // A card that OpenSC has no driver for is left alone unless it is told to try the one for ISO/IEC 7816-4.
        var configuration = folder.File("opensc.conf");
        await File.WriteAllTextAsync(configuration, "app default { enable_default_driver = true; }");
        var pcscd = await PcscdProcess.GetAsync();
        Dictionary<string, string?> variables = new(pcscd.EnvironmentVariables, StringComparer.Ordinal) { ["OPENSC_CONF"] = configuration };
        return await OtherProgram.RunAsync("opensc", variables, "pkcs15-tool", ["--reader", Reader, .. arguments]);
    }

    // Each object is a line at the margin, then lines "name : value" that are indented.
    static Dictionary<string, Dictionary<string, string>> Objects(string dump)
    {
        Dictionary<string, Dictionary<string, string>> objects = new(StringComparer.Ordinal);
        Dictionary<string, string>? current = null;
        foreach (var line in dump.Split('\n'))
        {
            var isAtMargin = line.Length > 0 && !char.IsWhiteSpace(line[0]);
            if (isAtMargin && (line.Contains(" [", StringComparison.Ordinal) || line.StartsWith("Data object", StringComparison.Ordinal)))
                objects[line.Trim()] = current = new(StringComparer.Ordinal);
            else if (current is not null && line.Split(':', 2) is [var name, var value])
                current[name.Trim()] = value.Trim();
        }

        objects.Remove(objects.Keys.FirstOrDefault(key => key.StartsWith("PKCS#15", StringComparison.Ordinal)) ?? "");
        return objects;
    }
}
