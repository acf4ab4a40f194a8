namespace PersoMesh.Profiles.Reading;

/// <summary>Reads one profile: first its inputs, then its fields, then what uses them.</summary>
sealed class ProfileReader
{
    readonly FaultList _faults;
    readonly NameScope _names;
    readonly Templates _templates;

    ProfileReader(string file)
    {
        _faults = new(file);
        _names = new(_faults);
        _templates = new(_names, _faults);
    }

    public static ProfileReading Read(string file, string yaml)
    {
        var reader = new ProfileReader(file);
        var profile = YamlTree.Read(yaml, reader._faults) is { } root ? reader.Profile(root) : null;
        var faults = reader._faults.InOrderOfTheFile();
        return new(faults.All(f => f.IsWarning) ? profile : null, faults);
    }

    CardProfile Profile(MappingNode root)
    {
        var section = new Section(root, "the profile", _faults, "profile", "version", "title", "pool", "retentionDays", "maxAttempts",
            "input", "fields", "chip", "fileSystem", "magneticStripe", "embossing", "printing");
        var inputs = new InputReader(_names, _faults);
        var input = section.Required("input") is { } inputNode ? inputs.Read(inputNode) : NoInput();
        var (fields, prepared) = new FieldsReader(_names, _templates, _faults).Read(section.Optional("fields"));
        var face = new FaceReader(input, _names, _templates, _faults);
        var profile = new CardProfile(
            Scalars.KebabName(section.Required("profile"), "'profile'", _faults),
            section.Integer("version", 1, 999_999),
            section.Text("title"),
            Scalars.KebabName(section.Required("pool"), "'pool'", _faults),
            section.Integer("retentionDays", 0, 3650),
            section.Integer("maxAttempts", 1, 10),
            input,
            fields,
            section.Optional("chip") is { } chip ? new ChipReader(_templates, _faults).Read(chip) : null,
            section.Optional("magneticStripe") is { } stripe ? face.MagneticStripe(stripe) : null,
            section.Optional("embossing") is { } embossing ? face.Embossing(embossing) : null,
            section.Optional("printing") is { } printing ? face.Printing(printing) : null,
            _names.SecretNames)
        {
            PreparedFields = prepared,
            FileSystem = section.Optional("fileSystem") is { } fileSystem ? new FileSystemReader(_templates, _faults).Read(fileSystem) : null,
        };
        if (section.Optional("chip") is not null && section.Optional("fileSystem") is { } second)
            _faults.Add(second, "the profile has both 'chip' and 'fileSystem'", "keep the one that the card's chip is");
        if (profile is { Chip: null, MagneticStripe: null, Embossing: null, Printing: null } && section.Optional("fileSystem") is null)
        {
            _faults.Add(root, "the profile does nothing with the card",
                "give it at least one of chip, fileSystem, magneticStripe, embossing, printing");
        }

        _names.CheckSecrets();
        inputs.CheckUnused();
        return profile;
    }

    CardInput NoInput()
    {
        _names.IsKnown = false;
        return new("", [], [], null, false, null);
    }
}
