using System.Collections.Frozen;

namespace PersoMesh.Conversions;

/// <summary>A currency of ISO 4217; the exponent is the number of digits of the minor unit, null where there is none (gold, test codes).</summary>
sealed record Currency(string Alpha, string Numeric, int? Exponent);

/// <summary>All codes of ISO 4217 list one as of amendment 180 (1 January 2026: Bulgaria has the euro). Withdrawn codes are not in it.</summary>
static class CurrencyTable
{
    // Alphabetic code, numeric code and exponent run together; '-' where the list says N.A.
    const string Codes = """
        AED7842 AFN9712 ALL0082 AMD0512 AOA9732 ARS0322 AUD0362 AWG5332 AZN9442 BAM9772 BBD0522 BDT0502 BHD0483 BIF1080 BMD0602 BND0962
        BOB0682 BOV9842 BRL9862 BSD0442 BTN0642 BWP0722 BYN9332 BZD0842 CAD1242 CDF9762 CHE9472 CHF7562 CHW9482 CLF9904 CLP1520 CNY1562
        COP1702 COU9702 CRC1882 CUP1922 CVE1322 CZK2032 DJF2620 DKK2082 DOP2142 DZD0122 EGP8182 ERN2322 ETB2302 EUR9782 FJD2422 FKP2382
        GBP8262 GEL9812 GHS9362 GIP2922 GMD2702 GNF3240 GTQ3202 GYD3282 HKD3442 HNL3402 HTG3322 HUF3482 IDR3602 ILS3762 INR3562 IQD3683
        IRR3642 ISK3520 JMD3882 JOD4003 JPY3920 KES4042 KGS4172 KHR1162 KMF1740 KPW4082 KRW4100 KWD4143 KYD1362 KZT3982 LAK4182 LBP4222
        LKR1442 LRD4302 LSL4262 LYD4343 MAD5042 MDL4982 MGA9692 MKD8072 MMK1042 MNT4962 MOP4462 MRU9292 MUR4802 MVR4622 MWK4542 MXN4842
        MXV9792 MYR4582 MZN9432 NAD5162 NGN5662 NIO5582 NOK5782 NPR5242 NZD5542 OMR5123 PAB5902 PEN6042 PGK5982 PHP6082 PKR5862 PLN9852
        PYG6000 QAR6342 RON9462 RSD9412 RUB6432 RWF6460 SAR6822 SBD0902 SCR6902 SDG9382 SEK7522 SGD7022 SHP6542 SLE9252 SOS7062 SRD9682
        SSP7282 STN9302 SVC2222 SYP7602 SZL7482 THB7642 TJS9722 TMT9342 TND7883 TOP7762 TRY9492 TTD7802 TWD9012 TZS8342 UAH9802 UGX8000
        USD8402 USN9972 UYI9400 UYU8582 UYW9274 UZS8602 VED9262 VES9282 VND7040 VUV5480 WST8822 XAD3962 XAF9500 XAG961- XAU959- XBA955-
        XBB956- XBC957- XBD958- XCD9512 XCG5322 XDR960- XOF9520 XPD964- XPF9530 XPT962- XSU994- XTS963- XUA965- XXX999- YER8862 ZAR7102
        ZMW9672 ZWG9242
        """;

    /// <summary>Currencies by alphabetic and by numeric code.</summary>
    public static FrozenDictionary<string, Currency> ByCode { get; } = Codes.Split([' ', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries)
        .Select(code => new Currency(code[..3], code[3..6], code[6] == '-' ? null : code[6] - '0'))
        .SelectMany(currency => new[] { (currency.Alpha, currency), (currency.Numeric, currency) })
        .ToFrozenDictionary(pair => pair.Item1, pair => pair.currency, StringComparer.OrdinalIgnoreCase);
}
