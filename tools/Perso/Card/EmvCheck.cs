using PersoMesh.Emv;

namespace PersoMesh.Perso.Card;

sealed record EmvFinding(AuthenticationSubject Subject, bool Passed, string? Clause, int? Step, string? Reason)
{
    public static EmvFinding From(AuthenticationFinding finding) => new(
        finding.Subject, finding.Passed, finding.Failure?.Clause, finding.Failure?.Step, finding.Failure?.Reason);
}

sealed record EmvKey(int Bits, string Expires, string SerialNumber)
{
    public static EmvKey? From(CertificateContent? content) =>
        content is null ? null : new(content.Key.ModulusLength * 8, content.Expiry.ToString(), $"{content.SerialNumber:X6}");
}

/// <summary>The outcome of a card's offline data authentication, for people and as JSON. Holds nothing of the cardholder.</summary>
sealed record EmvCheck(
    bool Passed, string Aid, string InterchangeProfile, OfflineDataAuthenticationMethod Method, string TerminalVerificationResultByte1,
    EmvKey? IssuerKey, EmvKey? IccKey, EmvKey? PinEnciphermentKey, string? DataAuthenticationCode, string? DynamicNumber,
    IReadOnlyList<EmvFinding> Findings)
{
    public static EmvCheck Run(EmvDump dump, IReadOnlyList<CaPublicKey> caKeys, DateOnly date)
    {
        var card = dump.Application();
        var terminal = new OfflineDataAuthentication(caKeys, date);
        var (exchanges, gaps) = Signatures(dump, card);
        var report = terminal.Check(card, dump.InternalAuthentication, exchanges.FirstOrDefault());
        List<EmvFinding> findings = [.. report.Findings.Select(EmvFinding.From), .. gaps];

        // Only the signature is another in a later GENERATE AC.
        foreach (var exchange in exchanges.Skip(1))
            findings.AddRange(terminal.Check(card, generateAc: exchange).Findings.Where(f => f.Subject == AuthenticationSubject.CombinedSignature).Select(EmvFinding.From));
        return new EmvCheck(
            report.Method != OfflineDataAuthenticationMethod.None && findings.TrueForAll(f => f.Passed),
            CardOutput.Hex(card.Aid), $"{card.InterchangeProfile:X4}", report.Method, $"{report.TerminalVerificationResult:X2}",
            EmvKey.From(report.Issuer), EmvKey.From(report.Icc), EmvKey.From(report.PinEncipherment),
            report.DataAuthenticationCode is { } code ? $"{code:X4}" : null,
            report.DynamicData is { } data ? CardOutput.Hex(data.DynamicNumber) : null,
            findings);
    }

    public void Print()
    {
        Console.WriteLine($"Application {Aid}, AIP {InterchangeProfile}: a terminal that can do all chooses {(Method == OfflineDataAuthenticationMethod.None ? "no offline data authentication" : Method.ToString().ToUpperInvariant())}");
        foreach (var finding in Findings)
        {
            Console.Write("  ");
            CardOutput.WriteVerdict(finding.Passed ? "passed" : "FAILED", finding.Passed);
            Console.WriteLine($"  {Name(finding.Subject),-36}{Detail(finding)}".TrimEnd());
        }

        Console.WriteLine($"TVR byte 1 after offline data authentication: {TerminalVerificationResultByte1}");
    }

    // EMV 4.3 Book 2 §6.6.2: what the card signs with the second GENERATE AC includes what was sent with the first.
    static (List<GenerateAcExchange> Exchanges, List<EmvFinding> Gaps) Signatures(EmvDump dump, CardApplicationData card)
    {
        List<GenerateAcExchange> exchanges = [];
        List<EmvFinding> gaps = [];
        List<byte> sent = [];
        for (var i = 0; i < dump.GenerateAcs.Count; i++)
        {
            var generateAc = dump.GenerateAcs[i];
            sent.AddRange(generateAc.Data.Span);
            if (!generateAc.AsksForSignature)
                continue;
            var tag = i == 0 ? 0x8Cu : 0x8Du;
            if (UnpredictableNumber(card.Find(tag), generateAc.Data) is { } number)
                exchanges.Add(new(dump.ProcessingOptionsData, sent.ToArray(), number, generateAc.Response));
            else
                gaps.Add(new(AuthenticationSubject.CombinedSignature, false, "Book 2 §6.6.1", 0, $"the list of GENERATE AC ({tag:X}) does not ask for the unpredictable number (9F37, 4 bytes), or the command has other data than it asks for"));
        }

        return (exchanges, gaps);
    }

    static ReadOnlyMemory<byte>? UnpredictableNumber(ReadOnlyMemory<byte>? list, ReadOnlyMemory<byte> data)
    {
        if (list is null || !DataObjectList.TryParse(list.Value.Span, out var entries) || entries.DataLength != data.Length)
            return null;
        var at = 0;
        foreach (var entry in entries.Entries)
        {
            if (entry.Tag == 0x9F37 && entry.Length == 4)
                return data.Slice(at, 4);
            at += entry.Length;
        }

        return null;
    }

    string Detail(EmvFinding finding) => finding switch
    {
        { Passed: false, Step: > 0 } => $"EMV 4.3 {finding.Clause} step {finding.Step}: {finding.Reason}",
        { Passed: false } => $"EMV 4.3 {finding.Clause}: {finding.Reason}",
        { Subject: AuthenticationSubject.IssuerCertificate } => Describe(IssuerKey),
        { Subject: AuthenticationSubject.IccCertificate } => Describe(IccKey),
        { Subject: AuthenticationSubject.PinEnciphermentCertificate } => Describe(PinEnciphermentKey),
        { Subject: AuthenticationSubject.SignedStaticData } => $"data authentication code {DataAuthenticationCode}",
        { Subject: AuthenticationSubject.DynamicSignature or AuthenticationSubject.CombinedSignature } => $"ICC dynamic number {DynamicNumber}",
        _ => "",
    };

    static string Describe(EmvKey? key) => key is null ? "" : $"{key.Bits} bits, expires {key.Expires}, serial number {key.SerialNumber}";

    static string Name(AuthenticationSubject subject) => subject switch
    {
        AuthenticationSubject.StaticData => "static data to be authenticated",
        AuthenticationSubject.IssuerCertificate => "issuer certificate (90)",
        AuthenticationSubject.SignedStaticData => "signed static data (93)",
        AuthenticationSubject.IccCertificate => "ICC certificate (9F46)",
        AuthenticationSubject.PinEnciphermentCertificate => "PIN encipherment certificate (9F2D)",
        AuthenticationSubject.DynamicDataObjectList => "DDOL (9F49)",
        AuthenticationSubject.DynamicSignature => "dynamic signature (DDA)",
        AuthenticationSubject.CombinedSignature => "dynamic signature (CDA)",
        _ => subject.ToString(),
    };
}
