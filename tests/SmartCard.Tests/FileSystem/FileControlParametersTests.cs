using FsCheck;
using FsCheck.Fluent;
using PersoMesh.SmartCard.FileSystem;

namespace PersoMesh.SmartCard.Tests.FileSystem;

public class FileControlParametersTests
{
    [Fact]
    public void A_transparent_EF_of_a_UICC_is_read()
    {
        var fcp = FileControlParameters.Parse(Convert.FromHexString(Samples.UiccIccid));
        var descriptor = fcp.Descriptor!;
        Assert.Equal((FileStructure.Transparent, true, false), (descriptor.Structure, descriptor.IsShareable, descriptor.IsDf));
        Assert.Equal<(ushort?, int?, byte?)>((0x2FE2, 10, 2), (fcp.FileId, fcp.DataSize, fcp.ShortFileId));
        Assert.Equal(LifeCycleStatus.Activated, fcp.LifeCycle);
        Assert.Equal("2F0603", Convert.ToHexString(fcp.SecurityReference!.Value.Span));
        Assert.Empty(fcp.Others);
    }

    [Fact]
    public void A_record_EF_of_a_UICC_is_read()
    {
        var fcp = FileControlParameters.Parse(Convert.FromHexString(Samples.UiccDirectory));
        Assert.Equal(new FileDescriptor(0x42, 0x21, 0x26, 2), fcp.Descriptor);
        Assert.Equal(FileStructure.LinearFixed, fcp.Descriptor!.Structure);
        Assert.Equal<(ushort?, int?, byte?)>((0x2F00, 0x4C, 30), (fcp.FileId, fcp.DataSize, fcp.ShortFileId));
    }

    [Fact]
    public void A_master_file_is_read()
    {
        var fcp = FileControlParameters.Parse(Convert.FromHexString(Samples.UiccMasterFile));
        Assert.True(fcp.Descriptor!.IsDf);
        Assert.Equal((ushort?)0x3F00, fcp.FileId);
        Assert.Equal("8001F1870100880100", Convert.ToHexString(fcp.ProprietaryTemplate!.Value.Span));
        // Tag C6 (PIN status) is ETSI's.
        Assert.Equal(0xC6u, Assert.Single(fcp.Others).Tag.Value);
    }

    [Theory]
    [InlineData(Samples.UiccMasterFile)]
    [InlineData(Samples.UiccIccid)]
    [InlineData(Samples.UiccDirectory)]
    [InlineData(Samples.EPassKeyFile)]
    [InlineData(Samples.EPassRecordFile)]
    public void Published_parameters_are_written_as_they_were_read(string hex) =>
        Assert.Equal(hex, Convert.ToHexString(FileControlParameters.Parse(Convert.FromHexString(hex)).ToArray()));

    [Fact]
    public void Parameters_may_stand_in_a_template_of_their_own()
    {
        var fci = FileControlParameters.Parse(Convert.FromHexString("6F0B620783022F008801106400"));
        Assert.Equal(((ushort?)0x2F00, FileControlParameters.FciTemplate), (fci.FileId, fci.Template));
    }

    [Fact]
    public void An_FCI_of_an_application_is_read()
    {
        var fci = FileControlParameters.Parse(Convert.FromHexString(Samples.IssuerSecurityDomain));
        Assert.Equal("A000000151000000", Convert.ToHexString(fci.DfName!.Value.Span));
        Assert.Equal("9F6501FF", Convert.ToHexString(fci.ProprietaryTemplate!.Value.Span));
    }

    [Fact]
    public void An_empty_88_says_that_there_is_no_short_identifier()
    {
        // ETSI TS 102 221 §11.1.1.4.8.
        Assert.Equal((byte?)0, FileControlParameters.Parse(Convert.FromHexString("62028800")).ShortFileId);
        Assert.Equal("62028800", Convert.ToHexString(new FileControlParameters { ShortFileId = 0 }.ToArray()));
    }

    [Fact]
    public void A_repeated_data_object_is_kept_but_not_interpreted()
    {
        foreach (var hex in new[] { "620883023F0083022F00", "62088002000A80020014" })
        {
            var fcp = FileControlParameters.Parse(Convert.FromHexString(hex));
            Assert.Single(fcp.Others);
            Assert.Equal(hex, Convert.ToHexString(fcp.ToArray()));
        }
    }

    [Theory]
    [InlineData("", 0, "not exactly one template")]
    [InlineData("62006200", 0, "not exactly one template")]
    [InlineData("6100", 0, "template is none of 62, 64, 6F")]
    [InlineData("62028200", 2, "82: a file descriptor has 1 to 6 bytes")]
    [InlineData("620382013883012F", 0, "not exactly one template")]
    [InlineData("620683012F8A0105", 2, "83: a file identifier has 2 bytes")]
    [InlineData("62028400", 2, "84: a DF name has 1 to 16 bytes")]
    [InlineData("6203880111", 2, "88: a short EF identifier is empty, or 1 to 30 in the five high bits of one byte")]
    [InlineData("62038801F8", 2, "88: a short EF identifier is empty, or 1 to 30 in the five high bits of one byte")]
    [InlineData("6203880100", 2, "88: a short EF identifier is empty, or 1 to 30 in the five high bits of one byte")]
    [InlineData("62028000", 2, "80: a size has 1 to 4 bytes and is less than 2 GB")]
    [InlineData("6206810480000000", 2, "81: a size has 1 to 4 bytes and is less than 2 GB")]
    [InlineData("62028A00", 2, "8A: a life cycle status has 1 byte")]
    public void Malformed_parameters_are_refused_with_offset_and_reason(string hex, int offset, string reason)
    {
        Assert.False(FileControlParameters.TryParse(Convert.FromHexString(hex), out var none));
        Assert.Null(none);
        var error = Assert.Throws<CardDataException>(() => FileControlParameters.Parse(Convert.FromHexString(hex)));
        Assert.Equal((offset, reason), (error.Offset, error.Reason));
    }

    [Fact]
    public void What_is_written_is_read_back() => Property.Holds(Parameters, fcp =>
    {
        var encoded = fcp.ToArray();
        var read = FileControlParameters.Parse(encoded);
        return read.Descriptor == fcp.Descriptor && read.FileId == fcp.FileId
            && read.DataSize == fcp.DataSize && read.TotalSize == fcp.TotalSize && read.ShortFileId == fcp.ShortFileId
            && read.LifeCycle == fcp.LifeCycle && read.Template == fcp.Template
            && read.ToArray().AsSpan().SequenceEqual(encoded);
    });

    [Fact]
    public void What_cannot_be_coded_is_named()
    {
        AssertNamed(nameof(FileControlParameters.DfName), new() { DfName = new byte[17] });
        AssertNamed(nameof(FileControlParameters.ShortFileId), new() { ShortFileId = 31 });
        AssertNamed(nameof(FileControlParameters.DataSize), new() { DataSize = -1 });
        AssertNamed(nameof(FileControlParameters.Template), new() { Template = 0x61 });

        static void AssertNamed(string property, FileControlParameters parameters) =>
            Assert.Contains(property, Assert.Throws<InvalidOperationException>(parameters.ToArray).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0x38, FileStructure.NoInformation, true, false)]
    [InlineData(0x78, FileStructure.NoInformation, true, false)]
    [InlineData(0x01, FileStructure.Transparent, false, false)]
    [InlineData(0x09, FileStructure.Transparent, false, true)]
    [InlineData(0x42, FileStructure.LinearFixed, false, false)]
    [InlineData(0x04, FileStructure.LinearVariable, false, false)]
    [InlineData(0x0C, FileStructure.LinearVariable, false, true)]
    [InlineData(0x06, FileStructure.Cyclic, false, false)]
    [InlineData(0x79, FileStructure.BerTlv, false, false)]
    [InlineData(0x3A, FileStructure.SimpleTlv, false, false)]
    [InlineData(0x11, FileStructure.NoInformation, false, false)]
    public void A_file_descriptor_byte_is_read(byte coded, FileStructure structure, bool isDf, bool isInternal)
    {
        var descriptor = new FileDescriptor(coded);
        Assert.Equal((structure, isDf, isInternal), (descriptor.Structure, descriptor.IsDf, descriptor.IsInternal));
    }

    [Fact]
    public void File_descriptors_are_made()
    {
        Assert.Equal("38", Convert.ToHexString(FileDescriptor.Df.ToArray()));
        Assert.Equal("01", Convert.ToHexString(FileDescriptor.Transparent.ToArray()));
        Assert.Equal("0221002602", Convert.ToHexString(FileDescriptor.LinearFixed(0x26, 2).ToArray()));
        Assert.Equal("0421004001", Convert.ToHexString(FileDescriptor.LinearVariable(0x40, 1).ToArray()));
        Assert.Equal("0621001C0A", Convert.ToHexString(FileDescriptor.Cyclic(0x1C, 10).ToArray()));
        Assert.Equal("0221001C012C", Convert.ToHexString(new FileDescriptor(0x02, 0x21, 0x1C, 300).ToArray()));
    }

    static Gen<FileControlParameters> Parameters =>
        from coded in CardBytes.Byte
        from fileId in Gen.Choose(0, 0xFFFF)
        from size in Gen.OneOf(
            Gen.Choose(-1, 300), Gen.Choose(0xFFFE, 0x10001), Gen.Choose(0xFFFFFE, 0x1000001), Gen.Constant(int.MaxValue))
        from sfi in Gen.Choose(-1, 30)
        from name in CardBytes.Any(16)
        from security in CardBytes.Any(10)
        from records in Gen.Choose(-1, 300)
        from kind in Gen.Choose(0, 2)
        select new FileControlParameters
        {
            Template = new uint[] { 0x62, 0x64, 0x6F }[kind],
            Descriptor = records < 0 ? new(coded) : new(coded, 0x21, (ushort)fileId, (ushort)records),
            FileId = kind == 0 ? null : (ushort)fileId,
            DataSize = size < 0 ? null : size,
            TotalSize = kind == 1 ? null : size < 0 ? null : size,
            ShortFileId = sfi < 0 ? null : (byte)sfi,
            DfName = name.Length == 0 ? null : (ReadOnlyMemory<byte>?)name,
            CompactSecurity = kind == 2 ? null : (ReadOnlyMemory<byte>?)security,
            LifeCycle = records % 2 == 0 ? null : (LifeCycleStatus)coded,
        };
}
