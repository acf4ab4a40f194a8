using static PersoMesh.Conversions.ParameterKinds;

namespace PersoMesh.Conversions;

/// <summary>Codes of countries and currencies. Case of the input does not matter; results are upper case.</summary>
static class CodeFunctions
{
    const string FromMeaning = "the kind of code that flows in; any: each is recognized";

    static readonly Parameter<string> CountryTo = Choice(
        "to", "alpha-2 (DE), alpha-3 (DEU) or numeric (276)", null, "alpha-2", "alpha-3", "numeric");

    static readonly Parameter<string> CountryFrom = Choice("from", FromMeaning, "any", "any", "alpha-2", "alpha-3", "numeric");

    static readonly Parameter<string> CurrencyTo = Choice(
        "to", "alpha (EUR), numeric (978) or exponent (2)", null, "alpha", "numeric", "exponent");

    static readonly Parameter<string> CurrencyFrom = Choice("from", FromMeaning, "any", "any", "alpha", "numeric");

    public static ConversionFunction[] All =>
    [
        new("country", "Converts between the codes of ISO 3166-1.", [CountryTo, CountryFrom],
            [
                Example("DE", "276", ("to", "numeric")),
                Example("276", "DEU", ("to", "alpha-3"), ("from", "numeric")),
                Example("XK", null, ("to", "numeric")),
                Example("DEU", null, ("to", "numeric"), ("from", "alpha-2")),
            ],
            ConvertCountry),
        new("currency", "Converts between the codes of ISO 4217.", [CurrencyTo, CurrencyFrom],
            [
                Example("EUR", "978", ("to", "numeric")),
                Example("392", "JPY", ("to", "alpha")),
                Example("KWD", "3", ("to", "exponent")),
                Example("DEM", null, ("to", "numeric")),
                Example("XAU", null, ("to", "exponent")),
            ],
            ConvertCurrency),
    ];

    static string ConvertCountry(string value, Arguments a)
    {
        var kind = IsNumeric(value) ? "numeric" : value.Length == 2 ? "alpha-2" : "alpha-3";
        if (!CountryTable.ByCode.TryGetValue(value, out var country) || !Accepts(a.Get(CountryFrom), kind))
            throw Unknown(value, a.Get(CountryFrom), "ISO 3166-1", a);
        return a.Get(CountryTo) switch
        {
            "alpha-2" => country.Alpha2,
            "alpha-3" => country.Alpha3,
            _ => country.Numeric,
        };
    }

    static string ConvertCurrency(string value, Arguments a)
    {
        var kind = IsNumeric(value) ? "numeric" : "alpha";
        if (!CurrencyTable.ByCode.TryGetValue(value, out var currency) || !Accepts(a.Get(CurrencyFrom), kind))
            throw Unknown(value, a.Get(CurrencyFrom), "ISO 4217", a);
        return a.Get(CurrencyTo) switch
        {
            "alpha" => currency.Alpha,
            "numeric" => currency.Numeric,
            _ => currency.Exponent?.ToString() ?? throw a.Refuse("the currency has no minor unit"),
        };
    }

    static bool IsNumeric(string value) => value.Length > 0 && char.IsAsciiDigit(value[0]);

    static bool Accepts(string from, string kind) => from == "any" || from == kind;

    static ConversionException Unknown(string value, string from, string standard, Arguments a) =>
        a.Refuse($"the value of {value.Length} characters is no current {(from == "any" ? "" : from + " ")}code of {standard}");
}
