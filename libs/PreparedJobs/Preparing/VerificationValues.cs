using PersoMesh.Emv;
using PersoMesh.Keys;
using PersoMesh.Profiles;

namespace PersoMesh.PreparedJobs;

/// <summary>Computes CVV, iCVV, CVV2 and PVV with keys of a security module.</summary>
static class VerificationValues
{
    /// <summary>Computes a value.</summary>
    /// <param name="session">A session with the module that holds the keys that the parameters name.</param>
    /// <param name="parameters">What a profile's field resolved to.</param>
    /// <returns>Three or four digits; secret.</returns>
    /// <exception cref="RenderException">The expiry date is no month.</exception>
    /// <exception cref="PinBlockException">The PIN block is none.</exception>
    /// <exception cref="KeyNotFoundInModuleException">A key is missing.</exception>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public static string Compute(ISecuritySession session, PreparedFieldParameters parameters) => parameters switch
    {
        CardVerificationParameters card => OfCard(session, card),
        PinVerificationParameters pin => OfPin(session, pin),
        _ => throw new ArgumentException($"{parameters} is no verification value.", nameof(parameters)),
    };

    static string OfCard(ISecuritySession session, CardVerificationParameters parameters)
    {
        if (!ExpiryMonth.TryParseYyMm(parameters.Expiry, out var expiry))
            throw new RenderException("expiry", "'expiry' is no month, YYMM.");
        using var key = new CardVerificationKey(
            session.GetKey(parameters.Key + CardVerificationField.LeftHalf), session.GetKey(parameters.Key));
        var pan = Pan.Parse(parameters.Pan);
        Span<char> value = stackalloc char[CardVerificationValue.Length];
        switch (parameters.Kind)
        {
            case CardVerificationKind.ICvv:
                CardVerificationValue.ComputeICvv(key, pan, expiry, value);
                break;
            case CardVerificationKind.Cvv2:
                var order = parameters.MonthFirst ? ExpiryDigitOrder.MonthYear : ExpiryDigitOrder.YearMonth;
                CardVerificationValue.ComputeCvv2(key, pan, expiry, order, value);
                break;
            default:
                CardVerificationValue.ComputeCvv(key, pan, expiry, parameters.ServiceCode, value);
                break;
        }

        return Taken(value);
    }

    static string OfPin(ISecuritySession session, PinVerificationParameters parameters)
    {
        using var verificationKey = session.GetKey(parameters.Key);
        using var blockKey = session.GetKey(parameters.BlockKey);
        var (pan, format) = (Pan.Parse(parameters.Pan), (PinBlockFormat)parameters.From);
        using var pin = PinBlock.Decipher(format, parameters.Block, PinBlock.NeedsPan(format) ? pan : null, blockKey);
        Span<char> value = stackalloc char[PinVerificationValue.Length];
        PinVerificationValue.Compute(verificationKey, pan, parameters.KeyIndex, pin, value);
        return Taken(value);
    }

    static string Taken(Span<char> value)
    {
        var text = new string(value);
        value.Clear();
        return text;
    }
}
