using PersoMesh.SmartCard.FileSystem;
using PersoMesh.VirtualCards.Layout;

namespace PersoMesh.VirtualCards.Tests;

public class LayoutTests
{
    static readonly ElementaryFile Good = ElementaryFile.Transparent(0x4401, 10);

    public static TheoryData<string, CardFile[]> Mistakes => new()
    {
        { "3F00/4401: the file identifier comes twice", [Good, Good] },
        { "3F00/3FFF: the file identifier is reserved (ISO/IEC 7816-4 §5.3.1.1)", [Good with { FileId = 0x3FFF }] },
        { "3F00/4401: a transparent EF has 1 to 65,535 bytes", [Good with { Size = 0 }] },
        { "3F00/4401: a transparent EF has 1 to 65,535 bytes", [Good with { Size = 65_536 }] },
        { "3F00/4401: an EF has 1 to 254 records", [ElementaryFile.LinearFixed(0x4401, 1, 255)] },
        { "3F00/4401: a record has 1 to 65,535 bytes", [ElementaryFile.LinearFixed(0x4401, 0, 1)] },
        { "3F00/4401: the size is not that of all records", [ElementaryFile.Cyclic(0x4401, 2, 2) with { Size = 5 }] },
        {
            "3F00/4401: only transparent, linear fixed, linear variable and cyclic EFs are known",
            [new ElementaryFile(0x4401, FileStructure.BerTlv) { Size = 1, RecordCount = 1, RecordLength = 1 }]
        },
        { "3F00/4401: its area must be Public, Private, Keys or Identifier", [Good with { Area = ImageAreas.Passwords }] },
        { "3F00/4401: its area must be Public, Private, Keys or Identifier", [Good with { Area = ImageAreas.All }] },
        { "3F00/4401: a file for the identifier is transparent and has at least 16 bytes", [Good with { Area = ImageAreas.Identifier }] },
        { "3F00/4401: short EF identifier 31 comes twice or is not 1 to 30", [Good with { ShortFileId = 31 }] },
        {
            "3F00/4402: short EF identifier 1 comes twice or is not 1 to 30",
            [Good with { ShortFileId = 1 }, Good with { FileId = 0x4402, ShortFileId = 1 }]
        },
        {
            "3F00/4401: the access conditions name password 7, which the card does not have",
            [Good with { Access = EfAccess.ReadOnly with { Update = AccessRequirement.AfterPassword(7) } }]
        },
        { "3F00/5000: a DF name has 1 to 16 bytes", [new DedicatedFile(0x5000) { DfName = new byte[17] }] },
        {
            "3F00/5001: another DF has the same name",
            [new DedicatedFile(0x5000) { DfName = new byte[] { 1 } }, new DedicatedFile(0x5001) { DfName = new byte[] { 1 } }]
        },
        { "3F00/5000/5000: the file identifier comes twice", [new DedicatedFile(0x5000) { Files = [Good with { FileId = 0x5000 }] }] },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Mistakes_are_named(string mistake, CardFile[] files) =>
        Assert.Equal([mistake], Assert.Throws<CardLayoutException>(() => new CardLayout(new(0x3F00) { Files = files }, [])).Mistakes);

    public static TheoryData<string, PasswordSlot[]> PasswordMistakes => new()
    {
        { "password 'PIN' has reference 15; 1 to 14 are possible", [new(15, new())] },
        { "password 'PIN' must have 4 to 16 digits", [new(1, new(3, 8))] },
        { "password 'PIN' must have 4 to 16 digits", [new(1, new(8, 4))] },
        { "password 'PIN' must be generated with a length that its rules allow", [new(1, new() { GeneratedLength = 9 })] },
        { "the resetting code of password 'PIN' must have 4 to 16 digits", [new(1, new()) { ResettingCode = new(4, 17) }] },
        { "password 'PIN' may have 12 digits, the card stores 8", [new(1, new(4, 12))] },
    };

    [Theory]
    [MemberData(nameof(PasswordMistakes))]
    public void Mistakes_of_passwords_are_named(string mistake, PasswordSlot[] slots) =>
        Assert.Equal([mistake], Assert.Throws<CardLayoutException>(() => new CardLayout(new(0x3F00), slots)).Mistakes);

    [Fact]
    public void All_mistakes_are_named_at_once()
    {
        PasswordSlot[] twice = [new(1, new()), new(1, new())];
        var error = Assert.Throws<CardLayoutException>(() => new CardLayout(new(0x3F01) { Files = [Good, Good] }, twice));
        Assert.Equal(4, error.Mistakes.Count);
    }

    [Fact]
    public void Too_deep_a_tree_is_refused()
    {
        var df = new DedicatedFile(0x5009);
        for (ushort id = 0x5008; id > 0x5000; id--)
            df = new DedicatedFile(id) { Files = [df] };
        var error = Assert.Throws<CardLayoutException>(() => new CardLayout(new(0x3F00) { Files = [df] }, []));
        Assert.Contains("deeper than 8 levels", error.Message);
    }

    [Theory]
    [InlineData("3F00", true)]
    [InlineData("3f00/5015/4401", true)]
    [InlineData("", false)]
    [InlineData("3F00/", false)]
    [InlineData("5015", false)]
    [InlineData("3F00/501", false)]
    [InlineData("3F00/+501", false)]
    [InlineData("3F00/50 5", false)]
    public void Paths_are_read(string text, bool isPath)
    {
        Assert.Equal(isPath, FilePath.TryParse(text, out var path));
        if (isPath)
            Assert.Equal(text.ToUpperInvariant(), path.ToString());
        else
            Assert.Throws<FormatException>(() => FilePath.Parse(text));
    }

    [Fact]
    public void Paths_have_parents_and_children()
    {
        var path = FilePath.Parse("3F00/5015/4401");
        Assert.Equal(path, FilePath.MasterFile.Child(0x5015).Child(0x4401));
        Assert.Equal("3F00/5015", path.Parent.ToString());
        Assert.Equal([0x3F00, 0x5015, 0x4401], path.FileIds.Select(id => (int)id));
        Assert.Throws<InvalidOperationException>(() => FilePath.MasterFile.Parent);
        Assert.Equal(FilePath.MasterFile.ToString(), default(FilePath).ToString());
    }

    // The bytes of CREATE FILE, against ISO/IEC 7816-4 by hand: operations from b7 down: delete, terminate, activate, deactivate, append,
    // update, read.
    [Fact]
    public void Access_conditions_are_coded_in_compact_format()
    {
        var access = new EfAccess(AccessRequirement.AfterPassword(1), AccessRequirement.AfterPassword(2), AccessRequirement.Always);
        Assert.Equal("7FFFFFFFFF001211", Convert.ToHexString(CompactAccess.Encode(access)));
        Assert.Equal(access, CompactAccess.DecodeEf(CompactAccess.Encode(access)));
        var df = new DfAccess(AccessRequirement.AfterPassword(3), AccessRequirement.Never);
        Assert.Equal("7FFFFFFFFF1313FF", Convert.ToHexString(CompactAccess.Encode(df)));
        Assert.Equal(df, CompactAccess.DecodeDf(CompactAccess.Encode(df)));
        Assert.Equal(AccessRequirement.Never, default);
    }

    [Fact]
    public void Content_that_does_not_fit_is_refused()
    {
        using var image = Some.Image();
        Refused("has 600 bytes, the content 601", () => image.Write(FilePath.Parse(Some.Holder), new byte[601]));
        Refused("is no EF", () => image.Write(FilePath.Parse("3F00/5000"), [1]));
        Refused("is no EF", () => image.Write(FilePath.Parse("3F00/1234"), [1]));
        Refused("consists of records", () => image.Write(FilePath.Parse(Some.Doors), [1]));
        Refused("has no records", () => image.WriteRecords(FilePath.Parse(Some.Holder), []));
        Refused("has 5 records, the content 6", () => image.WriteRecords(FilePath.Parse(Some.Doors), Records(6, 1)));
        Refused("record 2 has 21", () => image.WriteRecords(FilePath.Parse(Some.Doors), [new byte[20], new byte[21]]));
        Refused("record 1 has 0", () => image.WriteRecords(FilePath.Parse(Some.Courses), [ReadOnlyMemory<byte>.Empty]));
        Refused("room for 100 bytes, the records have 120", () => image.WriteRecords(FilePath.Parse(Some.Courses), Records(4, 30)));
        Refused("holds the identifier", () => image.Write(FilePath.Parse(Some.CardId), [1]));

        static ReadOnlyMemory<byte>[] Records(int count, int length) => [.. Enumerable.Repeat((ReadOnlyMemory<byte>)new byte[length], count)];

        static void Refused(string reason, Action write) =>
            Assert.Contains(reason, Assert.Throws<VirtualCardContentException>(write).Message);
    }

    [Fact]
    public void A_new_card_has_an_identifier_and_passwords_of_its_own()
    {
        using var first = Some.Image();
        using var second = Some.Image();
        Assert.NotEqual(first.Identifier, second.Identifier);
        Assert.NotEqual(first.Password(1).ResettingCode.ToArray(), second.Password(1).ResettingCode.ToArray());
        Assert.Equal(first.Identifier, Convert.ToHexString(first.Read(FilePath.Parse(Some.CardId))[0].Span));
        Assert.Throws<InvalidOperationException>(() => first.Password(3));
    }

    [Fact]
    public void Disposing_zeroes()
    {
        var image = Some.Image();
        var (content, key) = (image.Read(FilePath.Parse(Some.Holder))[0], image.Read(FilePath.Parse(Some.Key))[0]);
        var script = Some.Agent.Personalize(image, Some.Transport);
        var password = image.Password(1);
        script.Dispose();
        Assert.All(
            script.Steps.Where(s => s.Command.Ins is 0x20 or 0x24), s => Assert.False(s.Command.Data.Span.ContainsAnyExcept((byte)0)));
        image.Dispose();
        Assert.False(content.Span.ContainsAnyExcept((byte)0));
        Assert.False(key.Span.ContainsAnyExcept((byte)0));
        Assert.False(password.Value.ContainsAnyExcept((byte)0));
        Assert.False(password.ResettingCode.ContainsAnyExcept((byte)0));
    }

    [Fact]
    public void Texts_show_no_content()
    {
        using var image = Some.Image();
        using var script = Some.Agent.Personalize(image, Some.Transport);
        var pin = System.Text.Encoding.ASCII.GetString(image.Password(2).Value);
        string[] texts = [image.ToString(), image.Password(2).ToString(), .. script.Steps.Select(s => s.ToString())];
        Assert.DoesNotContain(pin, string.Join('\n', texts));
    }
}
