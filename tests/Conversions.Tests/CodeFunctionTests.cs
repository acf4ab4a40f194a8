using System.Security.Cryptography;
using System.Text;

namespace PersoMesh.Conversions.Tests;

public class CodeFunctionTests
{
    static readonly string[] Letters = [.. Enumerable.Range('A', 26).Select(c => $"{(char)c}")];
    static readonly string[] Pairs = [.. Letters.SelectMany(a => Letters.Select(b => a + b))];

    [Fact]
    public void Countries_are_those_of_another_list()
    {
        // jq -r '."3166-1"[]|[.alpha_2,.alpha_3,.numeric]|join(" ")' iso_3166-1.json | LC_ALL=C sort | sha256sum  (Debian iso-codes 4.15.0;
        // the alpha-2 codes are also those of tzdata's iso3166.tab).
        var list = Pairs.Where(p => Call.TryApply("country", p, ("to", "alpha-2")) is not null)
            .Select(p => $"{p} {Call.Apply("country", p, ("to", "alpha-3"))} {Call.Apply("country", p, ("to", "numeric"))}").ToList();
        Assert.Equal(249, list.Count);
        Assert.Equal("8D18B96B6B25B4B2B2DC34C79ECB9856D08C5CDEE09CA1BEB27E9DF261818949", Digest(list));
    }

    [Fact]
    public void Currencies_are_those_of_another_list()
    {
        // Alphabetic code, numeric code and minor unit of the rows without withdrawal date in datasets/currency-codes @ ab9b0ae
        // data/codes-all.csv (made from SIX's list one after amendment 180), sorted, one per line, SHA-256.
        var list = Pairs.SelectMany(p => Letters.Select(l => p + l)).Where(c => Call.TryApply("currency", c, ("to", "alpha")) is not null)
            .Select(c => $"{c} {Call.Apply("currency", c, ("to", "numeric"))} {Call.TryApply("currency", c, ("to", "exponent")) ?? "-"}")
            .ToList();
        Assert.Equal(178, list.Count);
        Assert.Equal("BDEB52C9910AFD1862AFBF5F5F74105324A5FA12A102E8FB87399C4C1A59BE34", Digest(list));
    }

    [Fact]
    public void Every_country_code_leads_back()
    {
        foreach (var alpha2 in Pairs.Where(p => Call.TryApply("country", p, ("to", "alpha-2")) is not null))
        {
            foreach (var kind in new[] { "alpha-2", "alpha-3", "numeric" })
                Assert.Equal(alpha2, Call.Apply("country", Call.Apply("country", alpha2, ("to", kind)), ("to", "alpha-2"), ("from", kind)));
        }
    }

    [Theory]
    [InlineData("de", "numeric", "any", "276")]
    [InlineData("SSD", "alpha-2", "alpha-3", "SS")]
    [InlineData("008", "alpha-3", "numeric", "ALB")]
    public void Countries_are_converted(string value, string to, string from, string expected) =>
        Assert.Equal(expected, Call.Apply("country", value, ("to", to), ("from", from)));

    [Theory]
    [InlineData("", "any")]
    [InlineData("8", "any")]
    [InlineData("0276", "any")]
    [InlineData("UK", "any")]
    [InlineData("AN", "any")]
    [InlineData("DEU", "numeric")]
    [InlineData("276", "alpha-3")]
    public void What_is_no_country_code_is_refused(string value, string from) =>
        Assert.EndsWith("code of ISO 3166-1", Call.Refusal("country", value, ("to", "alpha-2"), ("from", from)), StringComparison.Ordinal);

    [Theory]
    [InlineData("BGN")]
    [InlineData("HRK")]
    [InlineData("ANG")]
    [InlineData("ZWL")]
    public void A_withdrawn_currency_is_refused(string value) =>
        Assert.Equal("the value of 3 characters is no current code of ISO 4217", Call.Refusal("currency", value, ("to", "numeric")));

    [Fact]
    public void A_currency_code_of_the_wrong_kind_is_refused() => Assert.Equal(
        "the value of 3 characters is no current numeric code of ISO 4217",
        Call.Refusal("currency", "EUR", ("to", "alpha"), ("from", "numeric")));

    static string Digest(IEnumerable<string> lines) =>
        Convert.ToHexString(SHA256.HashData(Encoding.ASCII.GetBytes(string.Concat(lines.Select(l => l + "\n")))));
}
