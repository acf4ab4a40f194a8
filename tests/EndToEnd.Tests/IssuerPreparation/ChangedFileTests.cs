using PersoMesh.EndToEnd.Tests.Support;
using PersoMesh.Ingest.Jobs;
using PersoMesh.Perso.Commands;
using PersoMesh.PreparedJobs;

namespace PersoMesh.EndToEnd.Tests.IssuerPreparation;

/// <summary>What a bureau says to a prepared file that is not as its issuer made it.</summary>
public sealed class ChangedFileTests(TwoTokens tokens) : IClassFixture<TwoTokens>
{
    const int Cards = 4;

    [Fact]
    public async Task Every_changed_bit_of_a_record_is_refused_and_costs_that_record_alone()
    {
        var parts = new PreparedFileParts(await tokens.PrepareAsync(Cards, seed: 2));
        using var module = tokens.OpenBureau();
        using var session = module.OpenSession();
        var original = parts.Records[1];
        var named = 0;
        for (var bit = 0; bit < original.Length * 8; bit++)
        {
            parts.Records[1] = PreparedFileParts.Flip(original, bit);
            var reader = new PreparedFileReader(new MemoryStream(parts.Join()));
            using var ring = new TransportKeyRing(session, await reader.ReadHeaderAsync());
            var places = await reader.ReadRecordsAsync().ToArrayAsync();
            Assert.Equal(Cards, places.Length);
            RecordOpening.VerifyFile(ring, reader.Trailer!, places.Length);
            Assert.All(places.Where(place => place.Place != 2), place => Assert.NotNull(place.Modules));
            named += Fault(ring, places[1]) is { Where: { } where } && where.StartsWith("application", StringComparison.Ordinal) ? 1 : 0;
        }

        // Most of a record is its applications.
        Assert.True(named > original.Length * 8 / 2, $"{named} of {original.Length * 8} changes name the application");
        parts.Records[1] = original;
        var whole = new PreparedFileReader(new MemoryStream(parts.Join()));
        using var good = new TransportKeyRing(session, await whole.ReadHeaderAsync());
        await foreach (var place in whole.ReadRecordsAsync())
            Assert.Equal(2, RecordOpening.Verify(good, PreparedRecord.Decode(good.Header, place.Number, place.Modules!.Value)).Count);
    }

    [Fact]
    public async Task Every_changed_bit_of_header_and_trailer_refuses_the_file()
    {
        var parts = new PreparedFileParts(await tokens.PrepareAsync(1, seed: 3));
        using var module = tokens.OpenBureau();
        using var session = module.OpenSession();
        byte[] middle = [.. parts.Records.SelectMany(record => record)];
        for (var bit = 0; bit < parts.Header.Length * 8; bit++)
            await Assert.ThrowsAsync<PreparedJobException>(() => VerifyAsync(session, [.. PreparedFileParts.Flip(parts.Header, bit), .. middle, .. parts.Trailer]));
        for (var bit = 0; bit < parts.Trailer.Length * 8; bit++)
            await Assert.ThrowsAsync<PreparedJobException>(() => VerifyAsync(session, [.. parts.Header, .. middle, .. PreparedFileParts.Flip(parts.Trailer, bit)]));
    }

    [Fact]
    public async Task A_changed_record_is_named_with_its_application_and_the_rest_of_the_job_is_made()
    {
        var parts = new PreparedFileParts(await tokens.PrepareAsync(Cards, seed: 4));
        var loyalty = parts.Records[2].AsSpan().LastIndexOf("loyalty"u8);
        Assert.True(loyalty > 0);
        // In the cipher of its last data grouping.
        parts.Records[2][loyalty + 100] ^= 1;
        var (status, report) = await PersonalizeAsync(parts.Join());
        Assert.Equal((Cards - 1, 1), ((int)status.Good, (int)status.Refused));
        var line = Assert.Single(report, line => line.Reason is not null);
        Assert.Equal((3, "application 2 (loyalty)"), ((int)line.RecordNumber, line.Field));
        Assert.Contains("MAC is wrong", line.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Swapped_records_are_refused_and_the_rest_is_made()
    {
        var parts = new PreparedFileParts(await tokens.PrepareAsync(Cards, seed: 5));
        (parts.Records[1], parts.Records[2]) = (parts.Records[2], parts.Records[1]);
        var (status, report) = await PersonalizeAsync(parts.Join());
        Assert.Equal((Cards - 2, 2), ((int)status.Good, (int)status.Refused));
        Assert.Contains(report, line => line.Reason?.Contains("place 2 of the file holds record 3", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task A_record_in_anothers_place_is_refused_also_when_its_number_is_made_to_fit()
    {
        var parts = new PreparedFileParts(await tokens.PrepareAsync(Cards, seed: 6));
        byte[] copy = [.. parts.Records[0]];
        parts.Records[3].AsSpan(8, 8).CopyTo(copy.AsSpan(8));
        parts.Records[3] = copy;
        var (status, report) = await PersonalizeAsync(parts.Join());
        Assert.Equal((Cards - 1, 1), ((int)status.Good, (int)status.Refused));
        Assert.Contains(report, line => line.RecordNumber == 4 && line.Reason?.Contains("used before", StringComparison.Ordinal) == true);
    }

    [Theory]
    [InlineData("repeated", "5 records, but was made with 4")]
    [InlineData("removed", "3 records, but was made with 4")]
    [InlineData("cut", "cut off")]
    [InlineData("without trailer", "without its trailer")]
    [InlineData("wrong MAC", "MAC is wrong")]
    [InlineData("unknown version", "KEK-BUREAU version 4 is not in the security module")]
    [InlineData("unknown KEK", "KEK-BUREAT version 3 is not in the security module")]
    public async Task A_file_that_is_not_whole_is_refused_before_its_first_card(string change, string reason)
    {
        var parts = new PreparedFileParts(await tokens.PrepareAsync(Cards, seed: 7));
        var file = parts.Join();
        switch (change)
        {
            case "repeated":
                parts.Records.Insert(2, parts.Records[1]);
                file = parts.Join();
                break;
            case "removed":
                parts.Records.RemoveAt(1);
                file = parts.Join();
                break;
            case "cut":
                file = file[..(parts.Header.Length + parts.Records[0].Length + parts.Records[1].Length / 2)];
                break;
            case "without trailer":
                file = file[..^parts.Trailer.Length];
                break;
            case "wrong MAC":
                file[^1] ^= 1;
                break;
            case "unknown version":
                file[parts.Header.AsSpan().IndexOf("KEK-BUREAU"u8) + "KEK-BUREAU".Length] = 4;
                break;
            default:
                file[parts.Header.AsSpan().IndexOf("KEK-BUREAU"u8) + "KEK-BUREAU".Length - 1] ^= 1;
                break;
        }

        await using var mesh = await StartAsync();
        var e = await Assert.ThrowsAsync<UserErrorException>(() => mesh.PersonalizeAsync("changed", "", "prepared", new MemoryStream(file)));
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
        Assert.Empty(CardStack.Read(mesh.Output, Contracts.Session.Verdict.Good));
    }

    Task<EmbeddedMesh> StartAsync() => EmbeddedMesh.StartAsync([.. tokens.BureauSettings, .. EmbeddedMesh.Station(0, "emv")]);

    async Task<(JobStatus Status, IReadOnlyList<CardReport> Report)> PersonalizeAsync(byte[] file)
    {
        await using var mesh = await StartAsync();
        return await mesh.PersonalizeAsync("changed", "", "prepared", new MemoryStream(file));
    }

    // As the services do it: frame, place, modules, MACs.
    static PreparedJobException? Fault(TransportKeyRing ring, PreparedPlace place)
    {
        if (place.Modules is not { } modules || place.Number != place.Place)
            return null;
        return Assert.Throws<PreparedJobException>(() => RecordOpening.Verify(ring, PreparedRecord.Decode(ring.Header, place.Number, modules)));
    }

    static async Task VerifyAsync(PersoMesh.Keys.ISecuritySession session, byte[] file)
    {
        var reader = new PreparedFileReader(new MemoryStream(file));
        using var ring = new TransportKeyRing(session, await reader.ReadHeaderAsync());
        var places = await reader.ReadRecordsAsync().CountAsync();
        RecordOpening.VerifyFile(ring, reader.Trailer!, places);
    }
}
