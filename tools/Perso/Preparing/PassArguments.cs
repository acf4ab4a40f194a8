using System.CommandLine;
using PersoMesh.Perso.Commands;
using PersoMesh.PreparedJobs;
using PersoMesh.Profiles;

namespace PersoMesh.Perso.Preparing;

/// <summary>The switches of <c>perso prepare</c> that say what the pass prepares, and into which file.</summary>
sealed class PassArguments
{
    readonly Option<string?> _profile = new("--profile", "-p")
    {
        Description = "Card profile: a name, or name@version. With --add-to the file's, when it is not given.",
    };

    readonly Option<string> _profiles = new("--profiles") { Description = "Folder of card profiles.", DefaultValueFactory = _ => InstallFolder.Profiles };

    readonly Option<string[]> _applications = new("--application")
    {
        Description = "Prepare only this application of the profile; others are added by other passes. May be repeated. Without it all "
            + "applications are prepared, with --add-to all that no record has.",
        AllowMultipleArgumentsPerToken = true,
    };

    readonly Option<string?> _addTo = new("--add-to") { Description = "A prepared file whose records get the applications. It is only read." };

    readonly Option<string> _kek = new("--kek")
    {
        Description = "Label of the key encryption key that the bureau has too, version last: KEK-BUREAU.01.",
        Required = true,
    };

    readonly Option<string?> _sealKek = new("--seal-kek")
    {
        Description = "Label of the key encryption key for the MACs of file and records, when later passes do not have that of --kek: every "
            + "pass and the bureau must have it. Chosen by the first pass.",
    };

    readonly Option<string?> _layout = new("--layout")
    {
        Description = "How the applications are written: own (the default) or cps, as IC modules of EMV CPS. Chosen by the first pass.",
    };

    readonly Option<string?> _issuer = new("--issuer") { Description = "The issuer's identifier, as agreed with the bureau. With --add-to the file's." };

    public PassArguments() => _layout.AcceptOnlyFromAmong("own", "cps");

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _profile, _profiles, _applications, _addTo, _kek, _sealKek, _layout, _issuer })
            command.Options.Add(option);
    }

    /// <summary>The file to add to; null when the pass begins a file.</summary>
    public string? File(ParseResult parsed) => parsed.GetValue(_addTo);

    /// <summary>What a pass prepares that begins a file, and the file's header.</summary>
    /// <exception cref="UserErrorException">A switch is missing, or says something else than a label.</exception>
    /// <exception cref="PreparedJobException">The profile has no such application.</exception>
    public (PreparationPass Pass, PreparedHeader Header) Begin(ParseResult parsed)
    {
        var pass = PreparationPass.First(Profile(parsed, Given(parsed, _profile)), Applications(parsed));
        var sealing = parsed.GetValue(_sealKek) is { } label ? Kek("--seal-kek", label) : null;
        var layout = parsed.GetValue(_layout) == "cps" ? ChipLayout.Cps : ChipLayout.Own;
        return (pass, pass.Begin(Given(parsed, _issuer), Kek(parsed), sealing, layout));
    }

    /// <summary>What a pass prepares that adds to a file, and the file's header with the pass's key encryption key in it.</summary>
    /// <exception cref="UserErrorException">A switch contradicts the file.</exception>
    /// <exception cref="PreparedJobException">The file has all applications, or the profile has no such one.</exception>
    public (PreparationPass Pass, PreparedHeader Header) Continue(ParseResult parsed, PreparedHeader header)
    {
        if (parsed.GetValue(_sealKek) is not null || parsed.GetValue(_layout) is not null)
            throw new UserErrorException("--seal-kek and --layout are for the pass that begins a file: the others keep its key and layout.");
        if (parsed.GetValue(_issuer) is { } issuer && issuer != header.Issuer)
            throw new UserErrorException($"The file is {header.Issuer}'s, not {issuer}'s.");
        var profile = Profile(parsed, parsed.GetValue(_profile) ?? header.Profile);
        if (profile.Reference != header.Profile)
            throw new UserErrorException($"The file is of profile {header.Profile}, not {profile.Reference}.");
        var kek = Kek(parsed);
        return (PreparationPass.Adding(profile, Applications(parsed), header),
            header.Keks.Contains(kek) ? header : header with { Keks = [.. header.Keks, kek] });
    }

    /// <summary>The place in a header of the key encryption key of what the pass prepares.</summary>
    public int KekPlace(ParseResult parsed, PreparedHeader header) => header.Keks.ToList().IndexOf(Kek(parsed));

    CardProfile Profile(ParseResult parsed, string reference) => ProfileLibrary.Load(parsed.GetValue(_profiles)!).Get(reference);

    string[]? Applications(ParseResult parsed) => parsed.GetValue(_applications) is { Length: > 0 } names ? names : null;

    KekReference Kek(ParseResult parsed) => Kek("--kek", parsed.GetValue(_kek)!);

    static KekReference Kek(string option, string label) => KekReference.Parse(label)
        ?? throw new UserErrorException($"{option} '{label}': a label ends with a point and the version in two digits, as in KEK-BUREAU.01.");

    static string Given(ParseResult parsed, Option<string?> option) => parsed.GetValue(option)
        ?? throw new UserErrorException($"{option.Name} is missing: a pass that begins a file needs it.");
}
