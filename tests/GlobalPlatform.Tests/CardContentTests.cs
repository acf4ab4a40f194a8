using System.IO.Compression;
using PersoMesh.TestVectors;

namespace PersoMesh.GlobalPlatform.Tests;

public class CardContentTests
{
    static readonly byte[] Isd = Hex.Bytes("A000000003000000");
    static readonly byte[] App = Hex.Bytes("D0D1D2D3D4D50101");

    [Fact]
    public void A_published_installation_is_reproduced_from_the_cap_file_on()
    {
        // kaoh/globalplatform scp02Test.c, install_mac_enc, all six commands under C-MAC and C-DECRYPTION.
        var session = Scp02Vectors.Sessions[1];
        using var key = Hex.TripleDes(Scp02Vectors.DefaultKey);
        using var keys = new CardKeys(key, key, key);
        using var channel = SecureChannel.Open(
            keys, Hex.Bytes(session.HostChallenge), InitializeUpdateResponse.Parse(Hex.Bytes(session.InitializeUpdateAnswer)),
                (SecurityLevel)0x03);
        channel.ExternalAuthenticate();

        var cap = CapFile.Read(HelloWorld());
        var load = Load.Commands(Load.File(cap.LoadFileDataBlock.Span), channel.MaxPlainData);
        SmartCard.CommandApdu[] commands =
        [
            Delete.CardContent(App, withRelated: true),
            Delete.CardContent(cap.PackageAid.Span, withRelated: true),
            Install.ForLoad(
                cap.PackageAid.Span, Isd, default,
                    new LoadParameters { NonVolatileCodeMemory = 0x160, NonVolatileDataMemory = 2000 }.ToArray()),

            // The published first LOAD command has no Le; the specification asks for one.
            load[0].WithNe(null),
            load[1],
            Install.ForInstallAndMakeSelectable(
                cap.PackageAid.Span, cap.AppletAids[0].Span, cap.AppletAids[0].Span, Privileges.CvmManagement.EncodeShort(),
                new InstallParameters { ApplicationData = new byte[1], NonVolatileMemoryQuota = 2000 }),
        ];
        Assert.Equal([.. session.Wrapped, .. Scp02Vectors.Installation], commands.Select(c => Hex.Of(channel.Wrap(c).Command)));
    }

    [Fact]
    public void A_cap_file_tells_its_package_and_applets()
    {
        var cap = CapFile.Read(HelloWorld());
        Assert.Equal("D0D1D2D3D4D501 1.0", cap.ToString());
        Assert.Equal(App, Assert.Single(cap.AppletAids).ToArray());

        var descriptor = Hex.Bytes(Scp02Vectors.HelloWorldCap.Single(c => c.File.EndsWith("Descriptor.cap", StringComparison.Ordinal)).Content);
        Assert.Equal(descriptor, cap.LoadFileDataBlock[^descriptor.Length..].ToArray());
        Assert.Equal(cap.LoadFileDataBlock[..^descriptor.Length].ToArray(), cap.LoadFileDataBlockWithoutDescriptor.ToArray());
    }

    [Theory]
    [InlineData("Header.cap", null)]
    [InlineData("Header.cap", "010003DECAFF")]
    [InlineData("Applet.cap", "03000C0108D0D1D2D3D4D50101000C00")]
    [InlineData("Applet.cap", "03000C0208D0D1D2D3D4D50101000C")]
    [InlineData("Method.cap", "0600020000")]
    public void A_damaged_cap_file_is_refused(string file, string? content) =>
        Assert.Throws<SmartCard.CardDataException>(() => CapFile.Read(HelloWorld(file, content)));

    [Fact]
    public void What_is_no_zip_archive_is_refused() =>
        Assert.Throws<SmartCard.CardDataException>(() => CapFile.Read(new MemoryStream(new byte[100])));

    [Fact]
    public void Dap_blocks_go_before_the_load_file_data_block() => Assert.Equal(
        "E210" + "4F08A000000003000000" + "C30401020304" + "C4020506",
        Convert.ToHexString(Load.File([5, 6], new DapBlock(Isd, new byte[] { 1, 2, 3, 4 }))));

    [Theory]
    [InlineData(1, 247, 1)]
    [InlineData(247, 247, 1)]
    [InlineData(248, 247, 2)]
    [InlineData(256 * 10, 10, 256)]
    public void A_load_file_is_cut_into_numbered_blocks(int length, int blockLength, int count)
    {
        var file = Enumerable.Range(0, length).Select(i => (byte)i).ToArray();
        var commands = Load.Commands(file, blockLength);
        Assert.Equal(count, commands.Count);
        Assert.Equal(file, commands.SelectMany(c => c.Data.ToArray()));
        Assert.Equal(Enumerable.Range(0, count).Select(i => (byte)i), commands.Select(c => c.P2));
        Assert.All(commands, c => Assert.Equal(ReferenceEquals(c, commands[^1]) ? 0x80 : 0x00, c.P1));
    }

    [Fact]
    public void More_blocks_than_can_be_numbered_are_refused() => Assert.Throws<ArgumentException>(() => Load.Commands(new byte[2561], 10));

    [Fact]
    public void Install_commands_are_coded_as_the_tables_say()
    {
        // GPC 2.3.1 tables 11-42 to 11-47, by hand.
        Assert.Equal("80E6020017" + "08D0D1D2D3D4D50101" + "08A000000003000000" + "020A0B" + "00" + "00" +
            "00", Hex.Of(Install.ForLoad(App, Isd, [0x0A, 0x0B])));
        Assert.Equal(
            "80E604001D" + "05D0D1D2D3D4" + "05D0D1D2D3D5" + "08D0D1D2D3D4D50101" + "0380C000" + "02C900" + "00" + "00",
            Hex.Of(Install.ForInstall(
                App.AsSpan(0, 5), Hex.Bytes("D0D1D2D3D5"), App,
                    (Privileges.SecurityDomain | Privileges.TrustedPath | Privileges.AuthorizedManagement).Encode())));
        Assert.Equal("80E608000F" + "00" + "00" + "08D0D1D2D3D4D50101" + "0104" + "00" + "00" +
            "00", Hex.Of(Install.ForMakeSelectable(App, Privileges.CardReset.EncodeShort())));
        Assert.Equal("80E6100016" + "08A000000003000000" + "00" + "08D0D1D2D3D4D50101" + "00" + "00" + "00" +
            "00", Hex.Of(Install.ForExtradition(Isd, App)));
        Assert.Equal("80E620000E" + "00" + "00" + "08D0D1D2D3D4D50101" + "00" + "00" + "00" +
            "00", Hex.Of(Install.ForPersonalization(App)));
        Assert.Equal(
            "80E640001C" + "08A000000003000000" + "00" + "08D0D1D2D3D4D50101" + "00" + "05EF03CF0140" + "0101" + "00",
            Hex.Of(Install.ForRegistryUpdate(Isd, App, default, Hex.Bytes("EF03CF0140"), [0x01])));
    }

    [Fact]
    public void The_combined_process_begins_and_ends_with_its_own_parameters()
    {
        var begin = Install.BeginCombined(App, Isd);
        var end = Install.EndCombined(App, App, App, Privileges.None.Encode());
        Assert.Equal((0x0E, 0x01, 0x0E, 0x03), (begin.P1, begin.P2, end.P1, end.P2));
    }

    [Fact]
    public void Long_fields_have_ber_lengths()
    {
        var parameters = new InstallParameters
        {
            ApplicationData = new byte[130],
            VolatileMemoryQuota = 40_000,
            ImplicitSelection = [0x40],
            Ts102226Template = new byte[] { 0x80, 0x00 }
        };
        var field = Convert.ToHexString(parameters.ToArray());
        Assert.StartsWith("C98182", field);
        Assert.EndsWith("EF09" + "C70400009C40" + "CF0140" + "EA028000", field);
        var data = Hex.Of(Install.ForInstall(App, App, App, Privileges.None.Encode(), parameters));
        Assert.Contains("0300000081" + (field.Length / 2).ToString("X2") + field + "00", data);
    }

    [Fact]
    public void Delete_select_and_status_commands_are_coded_as_the_tables_say()
    {
        // GPC 2.3.1 §11.2, §11.4, §11.9, §11.10; STANDARDS.md §4.4.
        Assert.Equal("00A4040008A00000000300000000", Hex.Of(Select.ByName(Isd)));
        Assert.Equal("00A4040208A00000000300000000", Hex.Of(Select.ByName(Isd, next: true)));
        Assert.Equal("00A4040000", Hex.Of(Select.IssuerSecurityDomain()));
        Assert.Equal("80CA006600", Hex.Of(GetData.Command(GetData.CardData)));
        Assert.Equal("00CA9F7F00", Hex.Of(GetData.Command(GetData.ProductionLifeCycle, withSecurityDomain: false)));
        Assert.Equal("80F24002024F0000", Hex.Of(GetStatus.Command(RegistryScope.Applications)));
        Assert.Equal(
            "80F210030B" + "4F05A000000003" + "5C024FC5" + "00",
            Hex.Of(GetStatus.Command(RegistryScope.LoadFilesAndModules, next: true, Isd.AsSpan(0, 5), [0x4F, 0xC5])));
        Assert.Equal("80E4000006D00101D2013000", Hex.Of(Delete.Keys(0x30, 0x01)));
        Assert.Equal("80E4000003D2013000", Hex.Of(Delete.Keys(0x30)));
        Assert.Equal("80F0800F", Hex.Of(SetStatus.Card(CardLifeCycle.Secured)));
        Assert.Equal("80F080FF", Hex.Of(SetStatus.TerminateCard()));
        Assert.Equal("80F0408308D0D1D2D3D4D50101", Hex.Of(SetStatus.Application(App, (byte)ApplicationLifeCycle.Locked)));
        Assert.Equal("80F0608008A000000003000000", Hex.Of(SetStatus.SecurityDomainAndApplications(Isd, locked: true)));
    }

    [Fact]
    public void What_destroys_is_never_done_by_accident()
    {
        Assert.Throws<ArgumentException>(() => SetStatus.Card(CardLifeCycle.Terminated));
        Assert.Throws<ArgumentException>(() => Delete.Keys(null));
        Assert.Throws<ArgumentException>(() => Delete.CardContent([1, 2, 3, 4]));
    }

    [Fact]
    public void Privileges_are_coded_as_published()
    {
        // GlobalPlatformPro TestParseTags.testPrivileges.
        Assert.True(PrivilegesCoding.TryDecode(Hex.Bytes("80C000"), out var privileges));
        Assert.Equal(Privileges.SecurityDomain | Privileges.TrustedPath | Privileges.AuthorizedManagement, privileges);
        Assert.Equal("80C000", Convert.ToHexString(privileges.Encode()));
        Assert.Throws<ArgumentException>(() => privileges.EncodeShort());
        Assert.False(PrivilegesCoding.TryDecode([1, 2], out _));
    }

    static MemoryStream HelloWorld(string? replaced = null, string? content = null)
    {
        var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(archive, "META-INF/MANIFEST.MF", "0102");
            Add(archive, "com/example/javacard/Debug.cap", "0C00020000");
            foreach (var (file, original) in Scp02Vectors.HelloWorldCap)
            {
                if (replaced is null || !file.EndsWith(replaced, StringComparison.Ordinal))
                    Add(archive, file, original);
                else if (content is not null)
                    Add(archive, file, content);
            }
        }

        zip.Position = 0;
        return zip;
    }

    static void Add(ZipArchive archive, string name, string content)
    {
        using var stream = archive.CreateEntry(name).Open();
        stream.Write(Hex.Bytes(content));
    }
}
