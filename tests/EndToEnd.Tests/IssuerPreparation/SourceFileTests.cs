using System.Text;
using PersoMesh.Contracts.Ingest;
using PersoMesh.EndToEnd.Tests.Support;
using PersoMesh.Ingest.Formats;
using PersoMesh.Keys;
using PersoMesh.Perso.Commands;
using PersoMesh.Perso.Preparing;
using PersoMesh.PreparedJobs;
using PersoMesh.Profiles;

namespace PersoMesh.EndToEnd.Tests.IssuerPreparation;

/// <summary>Inputs from a data source: what is merged, what is refused, and in which words.</summary>
public sealed class SourceFileTests : IDisposable
{
    static readonly CardProfile Profile = ProfileLibrary.Read("p.yaml", """
        profile: p
        version: 1
        title: Some card
        pool: test
        retentionDays: 1
        maxAttempts: 1
        input:
          identifier: cardId
          fields: { cardId: { required: true }, customer: { required: true, secret: true } }
          sources:
            accounts:
              key: customer
              delimiter: ";"
              fields: { account: { required: true, maxLength: 8 }, tier: { default: BASIC } }
          formats: { csv: {} }
        magneticStripe:
          track2: "{cardId}{account}{tier}"
        """).Require();

    readonly TemporaryFolder _folder = new();

    string Path => _folder.File("accounts.csv");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("customer;account;tier\r\nC-1;A-1;GOLD\r\nC-2;A-2;\r\n")]
    [InlineData("tier;account;customer\nGOLD;A-1;C-1\n;A-2;C-2")] // other order, no last line end
    [InlineData("\uFEFFcustomer;account;tier\n\n\"C-1\";\"A-1\";\"GOLD\"\n\nC-2;A-2;\n")]
    public async Task The_line_of_a_card_becomes_inputs_with_their_defaults(string content)
    {
        var cards = await CompleteAsync(content, Record(1, "C-2"), Record(2, "C-1"));
        Assert.Equal(["A-2 BASIC", "A-1 GOLD"], cards.Select(card => $"{card.Card?.Inputs["account"]} {card.Card?.Inputs["tier"]}"));
        Assert.All(cards, card => Assert.Equal(4, card.Card!.Inputs.Count));
    }

    [Theory]
    [InlineData("C-9", "customer", "source 'accounts' has no line for it")]
    [InlineData("C-2", "customer", "source 'accounts' has more than one line for it")]
    [InlineData("C-3", "account", "the field is required and is missing or empty")]
    [InlineData("C-4", "account", "9 characters, at most 8 are allowed")]
    [InlineData("", "customer", "the field is required and is missing or empty")]
    public async Task A_card_without_one_sound_line_is_refused_alone(string customer, string field, string reason)
    {
        var cards = await CompleteAsync("customer;account;tier\nC-1;A-1;x\nC-2;A-2;x\nC-2;A-3;x\nC-3;;x\nC-4;A-3456789;x\n", Record(1, customer), Record(2, "C-1"));
        Assert.Equal(new Refusal(1, "CARD-1", field, reason), cards[0].Refusal);
        Assert.NotNull(cards[1].Card);
    }

    [Fact]
    public async Task A_card_object_cannot_bring_what_the_source_has()
    {
        var record = Record(1, "C-1") with
        {
            Fields = new Dictionary<string, string> { ["cardId"] = "CARD-1", ["customer"] = "C-1", ["account"] = "MINE" },
        };
        var (_, refusal) = Assert.Single(await CompleteAsync("customer;account;tier\nC-1;A-1;x\n", record));
        Assert.Equal(new Refusal(1, "CARD-1", "account", "the card object has no such field; it has cardId, customer"), refusal);
    }

    [Theory]
    [InlineData("customer;account;tier;limit\nC-1;A-1;x;1\n", "the profile declares no column 'limit' for source 'accounts'; it has customer, account, tier.")]
    [InlineData("customer;account\nC-1;A-1\n", "there is no column 'tier', which the profile declares for source 'accounts'.")]
    [InlineData("customer;account;account\n", "account: the header cannot be read: the name stands for an earlier column already.")]
    [InlineData("", "the file is empty: not even a header.")]
    [InlineData("customer;account;tier\nC-1;A-1;x\nC-2;A-2\n", "line 3: 2 fields instead of the header's 3.")]
    public async Task A_source_that_is_not_as_the_profile_says_stops_the_preparation(string content, string expected)
    {
        await File.WriteAllTextAsync(Path, content);
        var refusal = await Assert.ThrowsAsync<UserErrorException>(() => SourceFile.OpenAsync(Profile.Input.Sources[0], Path, CancellationToken.None));
        Assert.EndsWith(expected, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_large_source_is_read_line_by_line()
    {
        const int Lines = 50_000;
        await using (var writer = new StreamWriter(Path, append: false, new UTF8Encoding(false)))
        {
            await writer.WriteLineAsync("customer;account;tier");
            for (var i = 0; i < Lines; i++)
                await writer.WriteLineAsync($"C-{i};A-{i};tier {i}");
        }

        using var source = await SourceFile.OpenAsync(Profile.Input.Sources[0], Path, CancellationToken.None);
        for (var i = Lines - 1; i >= 0; i -= 997)
            Assert.Equal($"tier {i}", (await source.FindAsync($"C-{i}", CancellationToken.None)).Values!["tier"]);
    }

    sealed class AnyCard : IPreparedCards
    {
        public CardFault? Refuse(string cardObjectId) => null;

        public void Write(PreparedCard card) => throw new NotSupportedException();
    }

    static ReadRecord Record(long number, string customer) =>
        new(number, number, new Dictionary<string, string> { ["cardId"] = $"CARD-{number}", ["customer"] = customer }, Fault: null);

    async Task<List<(CardInputs? Card, Refusal? Refusal)>> CompleteAsync(string source, params ReadRecord[] records)
    {
        await File.WriteAllTextAsync(Path, source);
        using var file = await SourceFile.OpenAsync(Profile.Input.Sources[0], Path, CancellationToken.None);
        using var module = new SoftwareSecurityModule();
        var pass = PreparationPass.First(Profile);
        var plan = new PreparationPlan(pass, module, pass.Begin("X", TwoTokens.Kek), new Dictionary<string, IssuerCertificate>(), "csv")
        {
            Sources = [file],
        };
        var inputs = new PreparationInputs(plan, new AnyCard());
        List<(CardInputs?, Refusal?)> cards = [];
        foreach (var record in records)
            cards.Add(await inputs.CompleteAsync(record, record.RecordNumber, CancellationToken.None));
        return cards;
    }
}
