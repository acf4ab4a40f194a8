using PersoMesh.FileSystemCard;
using PersoMesh.SmartCard.FileSystem;
using PersoMesh.VirtualCards.Layout;

namespace PersoMesh.VirtualCards.Tests;

public class CompareTests
{
    static async Task<SimulatedFileSystemCard> Personalized(VirtualCard image, Action<SimulatedFileSystemCard>? before = null)
    {
        var card = Some.BlankCard();
        before?.Invoke(card);
        using var script = Some.Agent.Personalize(image, Some.Transport);
        Assert.Null(await Some.Runner(card).RunAsync(script, default));
        card.Reset();
        return card;
    }

    static async Task<IEnumerable<string>> Compare(VirtualCard image, SimulatedFileSystemCard card)
    {
        using var readBack = Some.Agent.ReadBack(image);
        return (await Some.Runner(card).CompareAsync(readBack, default)).Select(f => f.ToString());
    }

    // Writes in order: identifier 1, holder 3, student 2 ...
    [Theory]
    [InlineData(1, "file 3F00/2F10, offset 0: the card differs from the image from byte 15")]
    [InlineData(3, "file 3F00/5000/5001, offset 256: the card differs from the image from byte 509")]
    [InlineData(6, "file 3F00/5000/5002, offset 256: the card differs from the image from byte 299")]
    [InlineData(8, "file 3F00/5000/5003, record 2: the card differs from the image from byte 19")]
    public async Task A_wrong_bit_is_found(int write, string difference)
    {
        using var image = Some.Image();
        var card = await Personalized(image, c => c.Faults.WrongBitAtWrite = write);
        Assert.Equal([difference], await Compare(image, card));
    }

    [Fact]
    public async Task A_card_of_another_image_differs_and_loses_no_try()
    {
        using var image = Some.Image();
        using var other = Some.Image();
        var card = await Personalized(other);
        var differences = await Compare(image, card);
        // Two identifiers are random: they may begin with the same bytes.
        Assert.Contains(differences, d => d.StartsWith("file 3F00/2F10, offset 0: the card differs from the image from byte ", StringComparison.Ordinal));
        Assert.DoesNotContain(differences, d => d.Contains("5001", StringComparison.Ordinal)); // behind the password
        Assert.Equal(3, card.TriesLeft(0x01));
    }

    [Fact]
    public async Task A_card_with_another_password_is_noticed()
    {
        using var image = Some.Image();
        var card = await Personalized(image);
        Assert.Null(image.Password(1).Choose(image.Password(1).Value.SequenceEqual("7294"u8) ? "7295"u8 : "7294"u8));
        Assert.StartsWith("file 3F00: the card answers 63C2", Assert.Single(await Compare(image, card)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_blank_card_has_nothing()
    {
        using var image = Some.Image();
        var differences = (await Compare(image, Some.BlankCard())).ToList();
        Assert.Contains("file 3F00: the life cycle state is Initialisation, not Activated", differences);
        Assert.Contains("file 3F00/2F10: the card answers 6A82 (file or application not found) to 00A40004", differences);
        Assert.Single(differences, d => d.StartsWith("file 3F00/5000:", StringComparison.Ordinal));
    }

    // The same card seen with layouts that differ in one thing.
    public static TheoryData<string, Func<ElementaryFile, ElementaryFile>> Changes => new()
    {
        { "the file has 300 bytes, not 299", ef => ef with { Size = 299 } },
        {
            "the access conditions differ",
            ef => ef with { Access = EfAccess.ReadOnly with { Update = AccessRequirement.AfterPassword(1) } }
        },
        { "the short EF identifier is 2, not 0", ef => ef with { ShortFileId = 0 } },
        {
            "the file is built differently (structure, record length or number of records)",
            ef => ElementaryFile.LinearFixed(ef.FileId, 100, 3) with { ShortFileId = 2 }
        },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task File_control_parameters_are_compared(string difference, Func<ElementaryFile, ElementaryFile> change)
    {
        using var image = Some.Image();
        var card = await Personalized(image);
        var layout = Some.Layout();
        var campus = (DedicatedFile)layout.MasterFile.Files[1];
        using var other = VirtualCard.Create(
            new(
                layout.MasterFile with { Files = [campus with { Files = [change((ElementaryFile)campus.Files[1])] }] },
                layout.Passwords),
            "p",
            Some.Random);
        Assert.Contains("file 3F00/5000/5002: " + difference, await Compare(other, card));
    }

    [Fact]
    public async Task One_record_too_many_is_noticed()
    {
        using var image = Some.Image();
        var card = await Personalized(image);
        image.WriteRecords(FilePath.Parse(Some.Courses), [.. image.Read(FilePath.Parse(Some.Courses)).Take(2)]);
        Assert.Equal(
            ["file 3F00/5000/5004, record 3: the card answers 9000 (success) to 00B20304"], await Compare(image, card));
    }

    [Fact]
    public void Images_are_compared_with_each_other()
    {
        using var first = Some.Image();
        using var second = Some.Image();
        foreach (var path in first.Layout.ElementaryFiles.Where(f => f.Value.Area != ImageAreas.Identifier).Select(f => f.Key))
        {
            if (first.Layout.Files[path] is ElementaryFile { Structure: FileStructure.Transparent })
                second.Write(path, first.Read(path)[0].Span);
            else
                second.WriteRecords(path, first.Read(path));
        }

        second.Write(FilePath.Parse(Some.Library), "LIX"u8);
        second.WriteRecords(FilePath.Parse(Some.Courses), [Some.Bytes("A1A2A4")]);
        second.Password(1).Choose(first.Password(1).Value);
        Assert.Null(second.Password(2).Choose("729401"u8));
        Assert.Null(first.Password(2).Choose("729402"u8));
        var differences = VirtualCardDiff.Between(first, second).Select(d => d.ToString()).ToList();
        Assert.Equal(
            [
                "file 3F00/5000/5100/5101: differs from byte 2",
                "file 3F00/5000/5004: record 1 differs from byte 2",
                "file 3F00/5000/5004: has 3 records in the first image, 1 in the second",
                "file 3F00: password 1 or its resetting code differs",
                "file 3F00: password 2 or its resetting code differs",
            ],
            differences);
        Assert.Empty(VirtualCardDiff.Between(first, first));
    }

    [Fact]
    public void Structures_are_compared()
    {
        var layout = Some.Layout();
        using var first = VirtualCard.Create(layout, "p", Some.Random);
        using var second = VirtualCard.Create(
            new(layout.MasterFile with { Files = [ElementaryFile.Transparent(0x2F10, 20), ElementaryFile.Transparent(0x2F11, 1)] }, []),
            "p",
            Some.Random);
        var differences = VirtualCardDiff.Between(first, second).Select(d => d.ToString()).ToList();
        Assert.Contains("file 3F00/2F10: identifier, structure, size, area or access conditions differ", differences);
        Assert.Contains("file 3F00/5000: is in the first image only", differences);
        Assert.Contains("file 3F00/2F11: is in the second image only", differences);
        Assert.Contains("file 3F00: password 2 is in the first image only", differences);
    }
}
