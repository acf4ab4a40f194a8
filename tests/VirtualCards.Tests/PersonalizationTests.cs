using PersoMesh.FileSystemCard;
using PersoMesh.VirtualCards.Agents;
using PersoMesh.VirtualCards.Layout;

namespace PersoMesh.VirtualCards.Tests;

/// <summary>Images are copied onto cards that know nothing of this code, and read back.</summary>
public class PersonalizationTests
{
    [Theory]
    [InlineData(FileSystemCard.TransmissionProtocol.T1, false, 255, 256)]
    [InlineData(FileSystemCard.TransmissionProtocol.T0, false, 255, 256)]
    [InlineData(FileSystemCard.TransmissionProtocol.T1, true, 255, 256)]
    [InlineData(FileSystemCard.TransmissionProtocol.T0, true, 64, 48)]
    [InlineData(FileSystemCard.TransmissionProtocol.T1, false, 61, 30)]
    public async Task A_card_holds_the_image_byte_for_byte(
        FileSystemCard.TransmissionProtocol protocol, bool recordsExist, int maxCommand, int maxResponse)
    {
        using var image = Some.Image();
        var blueprint = Blueprints.Demo(protocol) with
        {
            RecordsExistAtCreation = recordsExist,
            MaxCommandData = maxCommand,
            MaxResponseData = maxResponse,
        };
        var card = new SimulatedFileSystemCard(blueprint, 7);
        var agent = new Iso7816Agent(new()
        {
            RecordsExistAtCreation = recordsExist,
            MaxCommandData = maxCommand,
            MaxResponseData = maxResponse,
        });
        using var script = agent.Personalize(image, Some.Transport);
        Assert.Null(await Some.Runner(card).RunAsync(script, default));
        CardAssert.Holds(image, card);

        card.Reset();
        using var readBack = agent.ReadBack(image);
        Assert.Empty(await Some.Runner(card).CompareAsync(readBack, default));
        CardAssert.Holds(image, card);
    }

    [Fact]
    public void The_same_image_gives_the_same_script()
    {
        using var image = Some.Image();
        using var first = Some.Agent.Personalize(image, Some.Transport);
        using var second = Some.Agent.Personalize(image, Some.Transport);
        Assert.Equal(first.Steps.Select(s => s.Command.ToArray()), second.Steps.Select(s => s.Command.ToArray()));
    }

    [Fact]
    public void The_password_of_the_card_is_the_last_thing_written()
    {
        using var image = Some.Image();
        using var script = Some.Agent.Personalize(image, Some.Transport);
        var purposes = script.Steps.Select(s => s.Purpose).ToList();
        var lastPassword = purposes.LastIndexOf(CardStepPurpose.SetPassword);
        Assert.True(purposes.LastIndexOf(CardStepPurpose.Write) < purposes.IndexOf(CardStepPurpose.SetPassword));
        Assert.True(lastPassword < purposes.IndexOf(CardStepPurpose.Activate));
        Assert.Equal(0x24, script.Steps[lastPassword].Command.Ins);
        Assert.Equal(16, script.Steps[lastPassword].Command.Data.Length);
        Assert.Equal("file 3F00", script.Steps[^1].Where);
    }

    [Fact]
    public void Commands_with_secrets_say_so()
    {
        using var image = Some.Image();
        using var script = Some.Agent.Personalize(image, Some.Transport);
        var secret = script.Steps.Where(s => s.IsSecret).Select(s => s.File.ToString()).Distinct();
        Assert.Equal(["3F00", Some.Holder, Some.Library, Some.Courses, Some.Key], secret);
        Assert.All(script.Steps.Where(s => s.Command.Ins is 0x20 or 0x24 && !s.Command.Data.IsEmpty), s => Assert.True(s.IsSecret));
    }

    [Fact]
    public async Task A_personalized_card_is_not_personalized_again_and_loses_no_try()
    {
        using var first = Some.Image();
        using var second = Some.Image();
        var card = Some.BlankCard();
        using var script = Some.Agent.Personalize(first, Some.Transport);
        Assert.Null(await Some.Runner(card).RunAsync(script, default));
        card.Reset();
        using var again = Some.Agent.Personalize(second, Some.Transport);
        var fault = await Some.Runner(card).RunAsync(again, default);
        Assert.Equal("file 3F00: the life cycle state is Activated, not Creation", fault!.ToString());
        CardAssert.Holds(first, card);
    }

    [Fact]
    public async Task The_last_try_is_left_to_others()
    {
        using var image = Some.Image();
        var card = Some.BlankCard();
        using var wrong = Some.Agent.Personalize(image, "11111111"u8);
        Assert.Equal("VERIFY", Command(await Some.Runner(card).RunAsync(wrong, default)));
        Assert.Equal("VERIFY", Command(await Some.Runner(card).RunAsync(wrong, default)));
        Assert.Equal("tries", Command(await Some.Runner(card).RunAsync(wrong, default)));
        Assert.Equal(1, card.TriesLeft(0x01));

        static string Command(CardFault? fault) => fault!.Step.Command.Data.IsEmpty ? "tries" : "VERIFY";
    }

    [Fact]
    public async Task A_full_card_is_reported_with_the_file()
    {
        using var image = Some.Image();
        var card = Some.BlankCard(b => b with { EepromBytes = 800 });
        using var script = Some.Agent.Personalize(image, Some.Transport);
        var fault = await Some.Runner(card).RunAsync(script, default);
        Assert.Equal("file 3F00/5000/5002: the card answers 6A84 (not enough memory in the file) to 00E00000", fault!.ToString());
    }

    [Fact]
    public async Task A_card_pulled_out_is_reported_with_file_and_offset()
    {
        using var image = Some.Image();
        using var script = Some.Agent.Personalize(image, Some.Transport);
        List<string> places = [];
        for (var index = 0; index < script.Steps.Count; index++)
        {
            var card = Some.BlankCard();
            card.Faults.RemoveAfterApdus = index;
            var runner = Some.Runner(card);
            await Assert.ThrowsAsync<CardRemovedException>(() => runner.RunAsync(script, default));
            Assert.Equal(index, runner.Completed);
            Assert.False(card.IsActivated);
            places.Add(script.Steps[runner.Completed].Where);
        }

        Assert.Contains("file 3F00/5000/5001, offset 255", places);
        Assert.Contains("file 3F00/5000/5004, record 2", places);
    }

    // What was pulled out shows nothing: its files are not activated, its password is the manufacturer's or nobody's.
    [Fact]
    public async Task Nothing_can_be_read_from_a_card_pulled_out_before_its_password_was_set()
    {
        using var image = Some.Image();
        using var script = Some.Agent.Personalize(image, Some.Transport);
        var card = Some.BlankCard();
        card.Faults.RemoveAfterApdus = script.Steps.ToList().FindIndex(s => s.Purpose == CardStepPurpose.SetPassword);
        await Assert.ThrowsAsync<CardRemovedException>(() => Some.Runner(card).RunAsync(script, default));
        card.Reset();
        foreach (var path in image.Layout.ElementaryFiles.Select(f => f.Key))
        {
            foreach (var fileId in path.FileIds)
                card.Transmit([0x00, 0xA4, 0x00, 0x0C, 0x02, (byte)(fileId >> 8), (byte)fileId]);
            var read = (byte)(path.FileId is 0x5003 or 0x5004 or 0x5005 ? 0xB2 : 0xB0);
            Assert.Equal("6982", Convert.ToHexString(card.Transmit([0x00, read, 0x01, 0x04, 0x00])));
        }
    }

    [Theory]
    [InlineData(200, "File 3F00/4401 has records of 200 bytes; a command of this card takes 128.")]
    public void Records_that_no_command_takes_are_refused(int length, string message)
    {
        var agent = new Iso7816Agent(new() { MaxCommandData = 128 });
        using var image = VirtualCard.Create(
            new(new(0x3F00) { Files = [ElementaryFile.LinearFixed(0x4401, length, 1)] }, [new(1, new())]), "p", Some.Random);
        Assert.Equal(message, Assert.Throws<CardAgentException>(() => agent.Personalize(image, Some.Transport)).Message);
    }

    [Fact]
    public void A_file_beyond_the_reach_of_offsets_is_refused()
    {
        using var image = VirtualCard.Create(
            new(new(0x3F00) { Files = [ElementaryFile.Transparent(0x4401, 40_000)] }, [new(1, new())]), "p", Some.Random);
        Assert.Contains("32767", Assert.Throws<CardAgentException>(() => Some.Agent.Personalize(image, Some.Transport)).Message);
        Assert.Contains("32767", Assert.Throws<CardAgentException>(() => Some.Agent.ReadBack(image)).Message);
    }

    [Fact]
    public void A_layout_that_leaves_the_transport_password_in_force_is_refused()
    {
        using var image = VirtualCard.Create(new(new(0x3F00), [new(2, new())]), "p", Some.Random);
        var error = Assert.Throws<CardAgentException>(() => Some.Agent.Personalize(image, Some.Transport));
        Assert.Contains("transport password", error.Message);
    }

    [Fact]
    public async Task A_whole_large_file_is_copied()
    {
        using var image = VirtualCard.Create(
            new(new(0x3F00) { Files = [ElementaryFile.Transparent(0x4401, 0x8000)] }, [new(1, new())]), "p", Some.Random);
        image.Write(FilePath.Parse("3F00/4401"), System.Security.Cryptography.RandomNumberGenerator.GetBytes(0x8000));
        var card = Some.BlankCard(b => b with { EepromBytes = 40_000 });
        using var script = Some.Agent.Personalize(image, Some.Transport);
        Assert.Null(await Some.Runner(card).RunAsync(script, default));
        CardAssert.Holds(image, card);
        card.Reset();
        using var readBack = Some.Agent.ReadBack(image);
        Assert.Empty(await Some.Runner(card).CompareAsync(readBack, default));
    }
}
