using System.Security.Cryptography;

namespace PersoMesh.CardSimulator.Tests;

/// <summary>Loading of code: INSTALL [for load] and LOAD (GPC 2.3.1 §11.5, 11.6).</summary>
public class LoadTests
{
    const string Package = "A00000006203010C01";
    const string Applet = "A00000006203010C0101";
    const string Applet2 = "A00000006203010C0102";

    // Components of a CAP file by hand, JCVM 2.2.2 §6: Header (1) with version 1.0 and the package's AID, Applet (3) with two applets.
    static readonly string Header = Component(1, "DECAFFED" + "0102" + "04" + "0001" + Some.Lv(Package));
    static readonly string Applets = Component(3, "02" + Some.Lv(Applet) + "0010" + Some.Lv(Applet2) + "0020");
    static readonly string Code = Header + Applets + Component(7, new string('7', 1000));

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(32)]
    public void A_load_file_registers_its_package_and_applets(int hashLength)
    {
        var code = Hex.Bytes(Code);
        var hash = hashLength switch { 20 => SHA1.HashData(code), 32 => SHA256.HashData(code), _ => [] };
        var host = Some.Emv().Open();
        var free = host.Card.FreeBytes;
        Assert.Equal("009000", Begin(host, Convert.ToHexString(hash)));
        Assert.Equal("009000", Load(host, "C48202" + $"{code.Length & 0xFF:X2}" + Code));
        Assert.True(host.Card.FreeBytes <= free - code.Length);
        Assert.Contains($"840A{Applet}840A{Applet2}", host.Send($"80F21002{Package.Length / 2 + 2:X2}4F{Some.Lv(Package)}00"));
        Assert.Equal("009000", host.SendData("80E60C00", Some.Lv(Package) + Some.Lv(Applet) + Some.Lv("A0000000620399") + "010002C90000"));
        Assert.Equal("6985", Begin(host, ""));
    }

    [Fact]
    public void A_wrong_hash_is_refused()
    {
        var host = Some.Emv().Open();
        Begin(host, new string('0', 40));
        Assert.Equal("6A80", Load(host, "C48202" + $"{Code.Length / 2 & 0xFF:X2}" + Code));
        Assert.Equal("6A88", host.Send($"80F22002{Package.Length / 2 + 2:X2}4F{Some.Lv(Package)}00"));
    }

    [Theory]
    [InlineData("C401")] // shorter than it says
    [InlineData("C500")] // no load file data block
    [InlineData("C40401000500")] // component longer than the block
    [InlineData("C400")] // no package
    public void What_is_no_load_file_is_refused(string file)
    {
        var host = Some.Emv().Open();
        Begin(host, "");
        Assert.Equal("6A80", Load(host, file));
    }

    [Fact]
    public void Signatures_may_precede_the_code()
    {
        var host = Some.Emv().Open();
        Begin(host, "");
        Assert.Equal("009000", Load(host, "E2074F05A000000151" + $"C4{(Header + Applets).Length / 2:X2}" + Header + Applets));
    }

    [Fact]
    public void A_missing_block_ends_the_load()
    {
        var host = Some.Emv().Open();
        Begin(host, "");
        Assert.Equal("009000", host.Send("80E80000" + "02" + "C410"));
        Assert.Equal("6A86", host.Send("80E80002" + "02" + "0000"));
        Assert.Equal("6985", host.Send("80E80001" + "02" + "0000"));
    }

    [Fact]
    public void A_load_file_must_fit()
    {
        var host = Some.Emv(change: b => b with { EepromBytes = 500 }).Open();
        Begin(host, "");
        Assert.Equal("6A84", Load(host, "C48202" + $"{Code.Length / 2 & 0xFF:X2}" + Code));
    }

    static string Begin(TestHost host, string hash) => host.SendData("80E60200", Some.Lv(Package) + "00" + Some.Lv(hash) + "0000");

    static string Load(TestHost host, string file)
    {
        var blocks = Hex.Bytes(file).Chunk(200).ToArray();
        var response = "";
        for (var i = 0; i < blocks.Length; i++)
            response = host.SendData($"80E8{(i == blocks.Length - 1 ? "80" : "00")}{i:X2}", Convert.ToHexString(blocks[i]));
        return response;
    }

    static string Component(int tag, string info) => $"{tag:X2}{info.Length / 2:X4}{info}";
}
