using System.Buffers;
using static PersoMesh.Conversions.ParameterKinds;

namespace PersoMesh.Conversions;

/// <summary>
/// Magnetic stripe data of ISO/IEC 7813 with start and end sentinel and without LRC, which the encoder adds. These functions
/// build from arguments: what flows in must be empty, lest it be lost.
/// </summary>
static class TrackFunctions
{
    const int Track1Length = 79; // with sentinels and LRC
    const int Track2Length = 40;
    const int EquivalentBytes = 19; // EMV 4.3 Book 3 annex A, tag 57

    // The data characters of ISO/IEC 7811-2's 6-bit set. The rest are sentinels, the separator, kept for hardware control or for
    // national use.
    static readonly SearchValues<char> Track1Characters = SearchValues.Create(" $()-./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ");

    static readonly Parameter<string> Pan = Checked("pan", "account number, 8 to 19 digits", FaultOfPan);
    static readonly Parameter<string> Name = Checked("name", "cardholder's name, 2 to 26 characters", FaultOfTrackName);
    static readonly Parameter<string> Expiry = Checked("expiry", "YYMM; a separator is written when it is empty", OrEmpty(FaultOfExpiry));
    static readonly Parameter<string> Service = Checked(
        "service", "service code, 3 digits; a separator is written when it is empty", OrEmpty(FaultOfService));

    static readonly Parameter<string> ChipExpiry = Checked("expiry", "YYMM", FaultOfExpiry);
    static readonly Parameter<string> ChipService = Checked("service", "service code, 3 digits", FaultOfService);
    static readonly Parameter<string> Track1Discretionary = Checked(
        "discretionary", "issuer's data, characters of track 1", FaultOfTrack1, "");

    static readonly Parameter<string> Track2Discretionary = Checked(
        "discretionary", "issuer's data, digits", OrEmpty(text => CharacterClass.FaultOfDigits(text)), "");

    static readonly Parameter<string> LastName = Text("last", "surname; when empty, the value that flows in is checked instead", "");
    static readonly Parameter<string> FirstName = Text("first", "first and middle names", "");
    static readonly Parameter<string> Title = Text("title", "title", "");

    public static ConversionFunction[] All =>
    [
        new("track-name", "Builds or checks a cardholder's name LAST/FIRST.TITLE of 2 to 26 characters as track 1 has it.",
            [LastName, FirstName, Title],
            [
                Example("", "DOE/JANE A.DR", ("last", "DOE"), ("first", "JANE A"), ("title", "DR")),
                Example("DOE/JANE", "DOE/JANE"),
                Example("JANE DOE", null),
                Example("Doe/Jane", null),
                Example("", null, ("last", "VON UND ZU HOHENSCHWANGAU"), ("first", "MAXIMILIAN")),
            ],
            TrackName),
        new("track1", "Builds track 1, format B: %B PAN ^ name ^ expiry, service code, discretionary data ?",
            [Pan, Name, Expiry, Service, Track1Discretionary],
            [
                Example("", "%B4000001234567899^DOE/JANE^29122010000000000?", ("pan", "4000001234567899"), ("name", "DOE/JANE"),
                    ("expiry", "2912"), ("service", "201"), ("discretionary", "0000000000")),
                Example("", null, ("pan", "4000001234567899"), ("name", "MÜLLER/JANE"), ("expiry", "2912"), ("service", "201")),
                Example("", null, ("pan", "4000001234567899"), ("name", "DOE/JANE"), ("expiry", "1229"), ("service", "201")),
            ],
            Track1),
        new("track2", "Builds track 2: ; PAN = expiry, service code, discretionary data ?", [Pan, Expiry, Service, Track2Discretionary],
            [
                Example("", ";4000001234567899=29122010000000000?", ("pan", "4000001234567899"), ("expiry", "2912"), ("service", "201"),
                    ("discretionary", "0000000000")),
                Example("", null, ("pan", "4000001234567899"), ("expiry", "2912"), ("service", "20")),
                Example("", null, ("pan", "4000001234567899"), ("expiry", "2912"), ("service", "201"),
                    ("discretionary", "12345678901234567")),
            ],
            Track2),
        new("track2-equivalent", "Builds the hexadecimal value of EMV tag 57: PAN, D, expiry, service code, discretionary data, F if odd.",
            [Pan, ChipExpiry, ChipService, Track2Discretionary],
            [
                Example("", "4000001234567899D29122010000000000", ("pan", "4000001234567899"), ("expiry", "2912"), ("service", "201"),
                    ("discretionary", "0000000000")),
                Example("", "4000001234567899D2912201123F", ("pan", "4000001234567899"), ("expiry", "2912"), ("service", "201"),
                    ("discretionary", "123")),
                Example("", null, ("pan", "4000001234567899"), ("expiry", ""), ("service", "201")),
            ],
            Track2Equivalent),
    ];

    static string TrackName(string value, Arguments a)
    {
        var last = a.Get(LastName);
        if (last.Length > 0)
            RefuseInput(value, a);
        else if (a.Get(FirstName).Length + a.Get(Title).Length > 0)
            throw a.Refuse(LastName, "it is empty, but a first name or title is given");
        var title = a.Get(Title);
        var name = last.Length == 0 ? value : $"{last}/{a.Get(FirstName)}{(title.Length > 0 ? "." : "")}{title}";
        return (FaultOfTrackName(name) ?? FaultOfNameStructure(name)) is { } fault ? throw a.Refuse(fault) : name;
    }

    static string Track1(string value, Arguments a)
    {
        RefuseInput(value, a);
        var expiryAndService = OrSeparator(a.Get(Expiry), '^') + OrSeparator(a.Get(Service), '^');
        return Limit($"%B{a.Get(Pan)}^{a.Get(Name)}^{expiryAndService}{a.Get(Track1Discretionary)}?", Track1Length, a);
    }

    static string Track2(string value, Arguments a)
    {
        RefuseInput(value, a);
        var expiryAndService = OrSeparator(a.Get(Expiry), '=') + OrSeparator(a.Get(Service), '=');
        return Limit($";{a.Get(Pan)}={expiryAndService}{a.Get(Track2Discretionary)}?", Track2Length, a);
    }

    static string Track2Equivalent(string value, Arguments a)
    {
        RefuseInput(value, a);
        var digits = $"{a.Get(Pan)}D{a.Get(ChipExpiry)}{a.Get(ChipService)}{a.Get(Track2Discretionary)}";
        if (digits.Length % 2 != 0)
            digits += 'F';
        return digits.Length <= 2 * EquivalentBytes
            ? digits : throw a.Refuse($"{digits.Length / 2} bytes; track 2 equivalent data has at most {EquivalentBytes}");
    }

    static void RefuseInput(string value, Arguments a)
    {
        if (value.Length > 0)
            throw a.Refuse("it builds its result from arguments, but a value flows in: leave out 'from'");
    }

    static string Limit(string track, int max, Arguments a) => track.Length < max
        ? track : throw a.Refuse($"{track.Length + 1} characters with the LRC; the track has {max}: shorten the discretionary data");

    static string OrSeparator(string text, char separator) => text.Length == 0 ? separator.ToString() : text;

    static string? FaultOfPan(string pan) => CharacterClass.FaultOfDigits(pan)
        ?? (pan.Length is < 8 or > 19 ? $"{pan.Length} digits; an account number has 8 to 19 (ISO/IEC 7812-1)" : null);

    static string? FaultOfExpiry(string expiry) => FaultOfFixed(expiry, 4)
        ?? (int.Parse(expiry.AsSpan(2)) is < 1 or > 12 ? "its last two digits are no month; it is YYMM" : null);

    static string? FaultOfService(string service) => FaultOfFixed(service, 3);

    static string? FaultOfFixed(string digits, int length) => CharacterClass.FaultOfDigits(digits)
        ?? (digits.Length == length ? null : $"{digits.Length} digits, not {length}");

    static string? FaultOfTrackName(string name) => FaultOfTrack1(name)
        ?? (name.Length is < 2 or > 26 ? $"{name.Length} characters; a name on track 1 has 2 to 26" : null);

    // ISO/IEC 7813: at least a letter of the surname and the separator; the title comes last, after a full stop.
    static string? FaultOfNameStructure(string name)
    {
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
            return "there is no '/' after the surname";
        if (!char.IsAsciiLetterUpper(name[0]))
            return "character 1 is not a letter";
        if (name.LastIndexOf('/') is var lastSlash && lastSlash != slash)
            return $"character {lastSlash + 1} is a second '/'";
        var stop = name.IndexOf('.', StringComparison.Ordinal);
        if (stop >= 0 && stop < slash)
            return $"character {stop + 1} is a '.' in the surname; it separates the title";
        return name.LastIndexOf('.') is var lastStop && lastStop != stop ? $"character {lastStop + 1} is a second '.'" : null;
    }

    static string? FaultOfTrack1(string text)
    {
        var i = text.AsSpan().IndexOfAnyExcept(Track1Characters);
        return i < 0 ? null : $"character {i + 1} is {CharacterClass.Of(text[i])}; track 1 has A-Z, 0-9, space and $()-./ only";
    }

    static Func<string, string?> OrEmpty(Func<string, string?> fault) => text => text.Length == 0 ? null : fault(text);

    static Parameter<string> Checked(string name, string meaning, Func<string, string?> fault, string? @default = null) =>
        new(name, meaning, @default, text => fault(text) is { } reason ? Parsed<string>.Malformed(reason) : text);
}
