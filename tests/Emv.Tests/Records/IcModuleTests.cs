using System.Text;
using PersoMesh.SmartCard;
using PersoMesh.SmartCard.DataGrouping;

namespace PersoMesh.Emv.Tests;

/// <summary>
/// The expected bytes are written by hand, field by field, in the order in which a bureau's public PL/SQL emitter of EMV CPS records
/// concatenates them (its procedures format_section2 and format_section3); transport key identifiers have 6 bytes.
/// </summary>
public class IcModuleTests
{
    const string Aid = "AFFFFFFFFF1234";

    const string Smallest =
        "30322E31" + "0030" // VNL "02.1", total length
        + "000D" + "00" + "3030" + "00" + "01" + "07" + Aid // section 2: CRN, STATUScoll, PIDs, AIDs
        + "001F" // section 3
        + "09" + "07" + Aid + "00" // 3a.1: AID, no transport keys
        + "0003" + "00" + "0000" // 3a.2: no owner, no steps
        + "0000" // 3b: no log data
        + "000B" + "EF09" + "0101" + "06" + "70045F340101" // 3c: EF with DGI 0101
        + "00"; // 3d: no MAC key

    const string CoveredByMac =
        "17" + "07" + Aid // 3a.1
        + "0E" + "01" + "A1A2A3A4A5A6" + "20" + "11" + "02" + "8000" + "8010" // TK: version, TKid, TYPEtk, CMODE, DGIs
        + "0025" + "02" + "B1B2" // 3a.2: owner
        + "0020" + "1F" + "0F" + "01" + "EF" // steps, step: ACT, REQ, TAG
        + "0017" + "0004" + "80009000" + "0002" + "0E01" + "0003" + "800011" + "0002" + "8010" + "0000" + "03" + "01" // PDI
        + "0001" + "AA" // POINTER
        + "0002" + "D1D2" // 3b: LOGDATA
        + "0007" + "EF05" + "8000" + "02" + "1122"; // 3c

    const string Fullest =
        "30322E31" + "0078"
        + "0013" + "04" + "C1C2C3C4" + "3030" + "02" + "0102" + "01" + "07" + Aid
        + "0061" + CoveredByMac
        + "10" + "E0E1E2E3E4E5E6E7E8E9EAEBECEDEEEF" + "F1F2F3F4"; // 3d

    [Fact]
    public void An_ic_module_without_keys_and_steps_has_the_bytes_of_the_layout()
    {
        var module = new IcModule
        {
            Aids = [Hex.Bytes(Aid)],
            Applications =
            [
                new IcApplication { Aid = Hex.Bytes(Aid), Data = IcApplication.EncodeData([new Dgi(0x0101, Hex.Bytes("70045F340101"))]) },
            ],
        };
        Assert.Equal(Smallest, Hex.Of(IcModuleFormat.Default.Write(module)));

        var grouping = Assert.Single(IcModuleFormat.Default.Parse(Hex.Bytes(Smallest)).Applications[0].ReadGroupings());
        Assert.Equal((0x0101, "70045F340101"), (grouping.Id, Hex.Of(grouping.Value.Span)));
    }

    [Fact]
    public void Every_field_of_an_ic_module_is_found_and_written_in_its_place()
    {
        var module = IcModuleFormat.Default.Parse(Hex.Bytes(Fullest));
        Assert.Equal(("02.1", "C1C2C3C4", "00", "0102"), (
            module.Version, Hex.Of(module.CardReference.Span), module.CollectedStatus, Hex.Of(module.ProcessIds.Span)));
        Assert.Equal(Aid, Hex.Of(Assert.Single(module.Aids).Span));
        var application = Assert.Single(module.Applications);
        var key = Assert.Single(application.TransportKeys);
        Assert.Equal((0x20, TransportKeyMode.Ecb, "A1A2A3A4A5A6"), (key.KeyType, key.Mode, Hex.Of(key.KeyId.Span)));
        Assert.Equal([0x8000, 0x8010], key.Groupings);
        Assert.Equal(("B1B2", "D1D2"), (Hex.Of(application.OwnerId.Span), Hex.Of(application.LogData.Span)));
        var step = Assert.Single(application.Steps);
        Assert.Equal(
            (0x0F, 0x01, 0xEF, 0x03, 0x01), (step.Action, step.Requirement, step.Tag, step.SecurityLevel, step.UpdateLifeCycleData));
        ReadOnlyMemory<byte>[] lists = [step.Order, step.VersionControl, step.Encryption, step.Random, step.Grouping, step.DataPointer];
        Assert.Equal(["80009000", "0E01", "800011", "8010", "", "AA"], lists.Select(list => Hex.Of(list.Span)));
        Assert.Equal(
            ("E0E1E2E3E4E5E6E7E8E9EAEBECEDEEEF", "F1F2F3F4"), (Hex.Of(application.EncipheredMacKey.Span), Hex.Of(application.Mac.Span)));
        Assert.Equal("1122", Hex.Of(Assert.Single(application.ReadGroupings()).Value.Span));
        Assert.Equal(Fullest, Hex.Of(IcModuleFormat.Default.Write(module)));
        Assert.Equal(CoveredByMac, Hex.Of(IcModuleFormat.Default.WriteCovered(application)));
    }

    [Theory]
    // Each is the smallest module with one thing wrong.
    [InlineData("30322E", 0, "cut off within 'VNL'")]
    [InlineData("30322E31" + "0031", 4, "the length of 'record' goes beyond the end")]
    [InlineData("30322E31" + "0003" + "000D00", 6, "the length of 'section 2' goes beyond the end")]
    [InlineData("30322E31" + "0003" + "000105", 9, "cut off within 'CRN'")]
    [InlineData("30322E31" + "0007" + "00050030300000" + "00", 13, "1 bytes are left over")]
    [InlineData("30322E31" + "0008" + "0006003030000000", 6, "'section 2' is 1 bytes longer than its fields")]
    public void A_malformed_ic_module_is_refused_with_field_and_offset(string hex, int offset, string reason)
    {
        var e = Assert.Throws<CardDataException>(() => IcModuleFormat.Default.Parse(Hex.Bytes(hex)));
        Assert.Equal((offset, reason), (e.Offset, e.Reason));
    }

    [Fact]
    public void What_does_not_fit_its_field_is_refused()
    {
        var key = new TransportKeyUse(new byte[5], 0x20, TransportKeyMode.Ecb, []);
        var e = Assert.Throws<ArgumentException>(() => Write(new IcApplication { Aid = Hex.Bytes(Aid), TransportKeys = [key] }));
        Assert.StartsWith("'TKid' has 6 bytes, the value 5", e.Message, StringComparison.Ordinal);
        e = Assert.Throws<ArgumentException>(
            () => Write(new IcApplication { Aid = Hex.Bytes(Aid), Steps = [new ProcessingStep { Order = new byte[250] }] }));
        Assert.StartsWith("'processing step' is 269 long", e.Message, StringComparison.Ordinal);

        static void Write(IcApplication application) => IcModuleFormat.Default.Write(new IcModule { Applications = [application] });
    }

    [Fact]
    public void The_table_can_be_corrected_in_one_place()
    {
        var format = new IcModuleFormat(CpsRecordTable.Create(transportKeyIdLength: 2));
        var key = new TransportKeyUse(Hex.Bytes("0102"), 0x20, TransportKeyMode.Cbc, [0x8000]);
        var module = new IcModule { Applications = [new IcApplication { Aid = Hex.Bytes(Aid), TransportKeys = [key] }] };
        var encoded = Hex.Of(format.Write(module));
        Assert.Contains("08" + "01" + "0102" + "20" + "10" + "01" + "8000", encoded, StringComparison.Ordinal);
        Assert.Equal(encoded, Hex.Of(format.Write(format.Parse(Hex.Bytes(encoded)))));
    }

    [Fact]
    public void A_mac_protects_an_application_with_a_key_of_its_own()
    {
        using var transport = Hex.TripleDes("404142434445464748494A4B4C4D4E4F");
        var mac = new ApplicationMac(IcModuleFormat.Default, ApplicationMacAlgorithm.RetailMac);
        var application = IcModuleFormat.Default.Parse(Hex.Bytes(Fullest)).Applications[0];
        Assert.False(mac.Verify(application, transport));

        var macKey = Hex.Bytes("0123456789ABCDEFFEDCBA9876543210");
        var sealedApplication = mac.Seal(application, transport, random => macKey.CopyTo(random));
        // Enciphered MAC key: openssl. MAC: the retail MAC that ApplicationCryptogramTests checks against pyemv's HSM values.
        Assert.Equal(
            Hex.Of(OpenSsl.Run("enc -des-ede -nopad -K 404142434445464748494A4B4C4D4E4F", macKey)), Hex.Of(
                sealedApplication.EncipheredMacKey.Span));
        using var key = new ApplicationCryptogramKey(PersoMesh.Keys.RetailMacKey.FromClear(macKey));
        var full = new byte[8];
        key.ComputeCryptogram(Hex.Bytes(CoveredByMac), full);
        Assert.Equal(Hex.Of(full.AsSpan(0, 4)), Hex.Of(sealedApplication.Mac.Span));

        Assert.True(mac.Verify(sealedApplication, transport));
        Assert.False(mac.Verify(sealedApplication with { LogData = Hex.Bytes("D1D3") }, transport));
        Assert.False(mac.Verify(sealedApplication with { Mac = default }, transport));
        using var other = Hex.TripleDes("404142434445464748494A4B4C4D4E50");
        Assert.False(mac.Verify(sealedApplication, other));
    }

    [Fact]
    public void An_aes_transport_key_goes_with_cmac()
    {
        using var transport = Hex.Aes("404142434445464748494A4B4C4D4E4F");
        var mac = new ApplicationMac(IcModuleFormat.Default, ApplicationMacAlgorithm.AesCmac);
        var application = IcModuleFormat.Default.Parse(Hex.Bytes(Fullest)).Applications[0];
        var macKey = Hex.Bytes("2B7E151628AED2A6ABF7158809CF4F3C");
        var sealedApplication = mac.Seal(application, transport, random => macKey.CopyTo(random));
        var expected = OpenSsl.Run($"mac -cipher AES-128-CBC -macopt hexkey:{Hex.Of(macKey)} CMAC", Hex.Bytes(CoveredByMac));
        Assert.Equal(Encoding.ASCII.GetString(expected)[..16], Hex.Of(sealedApplication.Mac.Span));
        Assert.True(mac.Verify(sealedApplication, transport));
    }

    [Fact]
    public void Texts_show_neither_aid_nor_data()
    {
        var module = IcModuleFormat.Default.Parse(Hex.Bytes(Fullest));
        Assert.Equal("IC module 02.1, 1 applications", module.ToString());
        Assert.Equal("application with 7 bytes of data, 1 steps", module.Applications[0].ToString());
    }
}
