using PersoMesh.Profiles;

namespace PersoMesh.PreparedJobs.Tests;

/// <summary>What a pass leaves of a profile whose fields take the issuer's keys, sources and counters.</summary>
public sealed class PreparationPassTests
{
    const string Yaml = """
        profile: p
        version: 1
        title: Some card
        pool: test
        retentionDays: 1
        maxAttempts: 1
        input:
          identifier: cardId
          fields: { cardId: { required: true }, customer: { required: true }, expiry: { required: true }, code: { required: true } }
          sources:
            accounts: { key: customer, fields: { account: { required: true }, branch: { required: true } } }
            points: { fields: { loyaltyNumber: { required: true } } }
          formats: { jsonl: {} }
        fields:
          number: { cardNumber: { counter: pan, prefix: "40000000", length: 16 } }
          label: "{branch}-{code}"
          digits: "{account}"
          value: { cvv: { key: CVK, pan: "{digits}", expiry: "{expiry}", serviceCode: "{code}" } }
          more: "1{value}"
        chip:
          channel:
            { protocol: SCP02, i: 55, level: C-MAC+C-DECRYPTION, securityDomain: A000000151000000, keyVersion: 20, masterKey: KMC, diversification: emv-cps }
          applications:
            - { name: debit, aid: F000000001, data: [ { dgi: 9102, tlv: { DF01: "{number}", DF02: { text: "{label}" } } } ] }
            - { name: check, aid: F000000002, data: [ { dgi: 9102, tlv: { DF01: "{more}" } } ] }
            - { name: points, aid: F000000003, data: [ { dgi: 9102, tlv: { DF01: { text: "{loyaltyNumber}" } } } ] }
        """;

    static readonly CardProfile Profile = ProfileLibrary.Read("p.yaml", Yaml).Require();

    [Fact]
    public void A_pass_has_the_fields_that_it_uses_in_their_order_and_the_sources_of_these()
    {
        var pass = PreparationPass.Adding(Profile, ["check"], Begun()).Profile;
        Assert.Equal(["digits", "more"], pass.Fields.Fields.Select(field => field.Name));
        var value = Assert.Single(pass.PreparedFields);
        Assert.Equal(("value", 1), (value.Name, value.Place));
        Assert.Empty(pass.Counters);
        var source = Assert.Single(pass.Input.Sources);
        Assert.Equal(["account: True", "branch: False"], source.Fields.Select(field => $"{field.Name}: {field.IsRequired}"));
        Assert.Equal(["cardId", "customer", "expiry", "code"], pass.Input.Fields.Where(field => field.IsRequired).Select(field => field.Name));
    }

    [Fact]
    public void A_pass_without_these_fields_asks_for_nothing_of_them()
    {
        var pass = PreparationPass.Adding(Profile, ["points"], Begun()).Profile;
        Assert.Empty(pass.PreparedFields);
        Assert.Equal("points", Assert.Single(pass.Input.Sources).Name);
        Assert.Equal(["cardId"], pass.Input.Fields.Where(field => field.IsRequired).Select(field => field.Name));
    }

    [Fact]
    public void A_number_is_counted_by_the_pass_that_begins_the_file()
    {
        Assert.Equal(["pan"], PreparationPass.First(Profile, ["debit"]).Profile.Counters);
        var refusal = Assert.Throws<PreparedJobException>(() => PreparationPass.Adding(Profile, ["debit"], Begun()));
        Assert.Contains("field 'number'", refusal.Message, StringComparison.Ordinal);
    }

    static PreparedHeader Begun() => PreparationPass.First(Profile, ["points"]).Begin("DEMOBANK", new KekReference("KEK", 1));
}
