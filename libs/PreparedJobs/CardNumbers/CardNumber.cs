using System.Globalization;
using PersoMesh.Conversions;
using PersoMesh.Profiles;

namespace PersoMesh.PreparedJobs;

/// <summary>Makes card numbers of counted numbers.</summary>
static class CardNumber
{
    static readonly ConversionFunction LuhnAppend = FunctionCatalog.Find("luhn-append");

    /// <summary>Puts a number together.</summary>
    /// <param name="parameters">What a profile's field resolved to.</param>
    /// <param name="number">The counter's, from 0.</param>
    /// <returns>Prefix, number and perhaps check digit; cardholder data.</returns>
    /// <exception cref="RenderException">The counter has passed the last number that the digits can hold.</exception>
    public static string Compute(CardNumberParameters parameters, long number)
    {
        var digits = number.ToString(CultureInfo.InvariantCulture).PadLeft(parameters.Digits, '0');
        if (digits.Length > parameters.Digits)
        {
            throw new RenderException(
                "cardNumber", $"counter '{parameters.Counter}' has passed its last number: {parameters.Digits} digits hold no more.");
        }

        var whole = parameters.Prefix + digits;
        return parameters.HasCheckDigit ? LuhnAppend.Apply(whole, new Dictionary<string, string>()) : whole;
    }
}
