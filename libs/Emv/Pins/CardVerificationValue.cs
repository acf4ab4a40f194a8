using System.Security.Cryptography;
using PersoMesh.Keys;

namespace PersoMesh.Emv;

/// <summary>In which order the four digits of the expiry date enter a CVV2: issuers and schemes differ.</summary>
public enum ExpiryDigitOrder
{
    /// <summary>As printed on the card; usual for CVV2.</summary>
    MonthYear,

    /// <summary>As on the magnetic stripe.</summary>
    YearMonth,
}

/// <summary>
/// Card verification values (CVV, CVC): three digits that bind PAN, expiry date and service code. The stripe carries the CVV
/// (real service code), the chip's track 2 equivalent the iCVV (999), the back of the card the CVV2 (000).
/// </summary>
public static class CardVerificationValue
{
    /// <summary>Number of digits.</summary>
    public const int Length = 3;

    /// <summary>The service code that makes an iCVV.</summary>
    public const string ICvvServiceCode = "999";

    /// <summary>The service code that makes a CVV2.</summary>
    public const string Cvv2ServiceCode = "000";

    /// <summary>Computes the CVV of the magnetic stripe.</summary>
    /// <param name="key">The card verification key pair.</param>
    /// <param name="pan">The PAN.</param>
    /// <param name="expiry">Expiry date, as YYMM.</param>
    /// <param name="serviceCode">3 digits, as on the stripe.</param>
    /// <param name="destination">Receives 3 digits; owned by the caller, who clears it.</param>
    /// <exception cref="ArgumentException">The service code or the destination has not 3 digits.</exception>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public static void ComputeCvv(
        CardVerificationKey key, Pan pan, ExpiryMonth expiry, ReadOnlySpan<char> serviceCode, Span<char> destination)
    {
        ArgumentNullException.ThrowIfNull(expiry);
        Compute(key, pan, expiry.ToYyMm(), serviceCode, destination);
    }

    /// <summary>Computes the iCVV of the chip's track 2 equivalent data (tag 57).</summary>
    /// <param name="key">The card verification key pair.</param>
    /// <param name="pan">The PAN.</param>
    /// <param name="expiry">Expiry date, as YYMM.</param>
    /// <param name="destination">Receives 3 digits; owned by the caller, who clears it.</param>
    /// <exception cref="ArgumentException">The destination has not 3 digits.</exception>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public static void ComputeICvv(CardVerificationKey key, Pan pan, ExpiryMonth expiry, Span<char> destination)
    {
        ArgumentNullException.ThrowIfNull(expiry);
        Compute(key, pan, expiry.ToYyMm(), ICvvServiceCode, destination);
    }

    /// <summary>Computes the CVV2 printed on the card.</summary>
    /// <param name="key">The card verification key pair.</param>
    /// <param name="pan">The PAN.</param>
    /// <param name="expiry">Expiry date.</param>
    /// <param name="order">The issuer's order of its digits.</param>
    /// <param name="destination">Receives 3 digits; owned by the caller, who clears it.</param>
    /// <exception cref="ArgumentException">The destination has not 3 digits.</exception>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public static void ComputeCvv2(CardVerificationKey key, Pan pan, ExpiryMonth expiry, ExpiryDigitOrder order, Span<char> destination)
    {
        ArgumentNullException.ThrowIfNull(expiry);
        Compute(key, pan, order == ExpiryDigitOrder.MonthYear ? expiry.ToMmYy() : expiry.ToYyMm(), Cvv2ServiceCode, destination);
    }

    /// <summary>Computes a verification value from the four digits of the date as they are: what the variants have in common.</summary>
    /// <param name="key">The card verification key pair.</param>
    /// <param name="pan">The PAN.</param>
    /// <param name="expiryDigits">4 digits in the order that the variant wants.</param>
    /// <param name="serviceCode">3 digits.</param>
    /// <param name="destination">Receives 3 digits; owned by the caller, who clears it.</param>
    /// <exception cref="ArgumentException">A parameter has another number of digits.</exception>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public static void Compute(
        CardVerificationKey key, Pan pan, ReadOnlySpan<char> expiryDigits, ReadOnlySpan<char> serviceCode, Span<char> destination)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(pan);
        if (expiryDigits.Length != 4 || !DecimalDigits.AreDigits(expiryDigits))
            throw new ArgumentException("The expiry date has 4 decimal digits.", nameof(expiryDigits));
        if (serviceCode.Length != 3 || !DecimalDigits.AreDigits(serviceCode))
            throw new ArgumentException("A service code has 3 decimal digits.", nameof(serviceCode));
        if (destination.Length != Length)
            throw new ArgumentException($"A card verification value has {Length} digits.", nameof(destination));

        Span<byte> digits = stackalloc byte[32];
        digits.Clear();
        pan.Digits.CopyTo(digits);
        DecimalDigits.FromText(expiryDigits, digits[pan.Length..]);
        DecimalDigits.FromText(serviceCode, digits[(pan.Length + 4)..]);
        Span<byte> blocks = stackalloc byte[16];
        for (var i = 0; i < 32; i++)
            DecimalDigits.SetNibble(blocks, i, digits[i]);
        Span<byte> result = stackalloc byte[8];
        key.Encipher(blocks, result);
        DecimalDigits.Select(result, digits[..Length]);
        DecimalDigits.ToText(digits[..Length], destination);
        CryptographicOperations.ZeroMemory(result);
        CryptographicOperations.ZeroMemory(digits);
    }

    /// <summary>Compares a computed and a given value in fixed time.</summary>
    /// <param name="computed">3 digits.</param>
    /// <param name="given">Digits from outside.</param>
    public static bool Matches(ReadOnlySpan<char> computed, ReadOnlySpan<char> given) => SecretText.FixedTimeEquals(computed, given);
}
