namespace PersoMesh.Profiles.Reading;

/// <summary>Where a template's value goes.</summary>
enum Use
{
    /// <summary>Into another field.</summary>
    Field,

    /// <summary>Onto the chip or the stripe, where only a reader sees it.</summary>
    Machine,

    /// <summary>Onto the card's face, where everybody sees it.</summary>
    Face,

    /// <summary>Onto the card's face, and the profile says that a secret may be shown there.</summary>
    FaceWithSecrets,

    /// <summary>Onto the PIN mailer, which the mail printer's staff may see.</summary>
    Letter,

    /// <summary>Into the security module as an enciphered PIN block.</summary>
    PinBlock,
}

/// <summary>The names that templates may use, what each is made of, and where it went.</summary>
sealed class NameScope(FaultList faults)
{
    readonly Dictionary<string, Origin> _origins = new(StringComparer.Ordinal);
    readonly List<(string Name, Use Use, Node At)> _uses = [];

    /// <summary>False when the inputs could not be read: then nothing can be said about names.</summary>
    public bool IsKnown { get; set; } = true;

    /// <summary>Inputs and the fields computed so far.</summary>
    public IReadOnlyCollection<string> Names => _origins.Keys;

    public bool Contains(string name) => _origins.ContainsKey(name);

    /// <summary>Inputs marked secret and the fields made of them.</summary>
    public IReadOnlySet<string> SecretNames => _origins.Where(o => o.Value.IsSecret).Select(o => o.Key).ToHashSet(StringComparer.Ordinal);

    public void AddInput(string name, bool isSecret) => _origins.TryAdd(name, new([name], isSecret));

    /// <summary>Adds what preparation computes: certificates and signatures, which are public.</summary>
    public void AddPrepared(IEnumerable<string> names)
    {
        foreach (var name in names)
            _origins.TryAdd(name, new([], IsSecret: false));
    }

    /// <summary>Adds a field that preparation computes with the issuer's keys: what it is made of cannot be got from it.</summary>
    public void AddSecret(string name) => _origins.TryAdd(name, new([], IsSecret: true));

    public void AddField(string name, IEnumerable<string> madeOf)
    {
        var origins = madeOf.Select(n => _origins.GetValueOrDefault(n)).OfType<Origin>().ToList();
        _origins.TryAdd(name,
            new([.. origins.SelectMany(o => o.Inputs).Distinct(StringComparer.Ordinal)], origins.Exists(o => o.IsSecret)));
    }

    /// <summary>Notes where a name's value goes; an unknown name is a fault.</summary>
    public void NoteUse(string name, Use use, string subject, Node at)
    {
        if (Contains(name))
            _uses.Add((name, use, at));
        else if (IsKnown)
            faults.Add(at, $"unknown name '{name}' in {subject}", Nearest.Advice(name, Names, "the names known here are"));
    }

    /// <summary>Finds secrets that would be seen, and PIN blocks that would go anywhere but into the security module.</summary>
    public void CheckSecrets()
    {
        var pinBlocks = _uses.Where(u => u.Use == Use.PinBlock).SelectMany(u => _origins[u.Name].Inputs)
            .ToHashSet(StringComparer.Ordinal);
        foreach (var (name, use, at) in _uses.Where(u => u.Use is not (Use.Field or Use.PinBlock)))
        {
            if (_origins[name].Inputs.FirstOrDefault(pinBlocks.Contains) is { } pinBlock)
            {
                faults.Add(at, name == pinBlock ? $"'{name}' is a PIN block" : $"'{name}' is made of the PIN block '{pinBlock}'",
                    "remove it: a PIN block goes into pinBlock and nowhere else");
            }
            else if (use == Use.Face && _origins[name].IsSecret)
            {
                faults.Add(at, $"'{name}' is secret and would be seen on the card", "write 'show: true' beside the text if that is meant");
            }
            else if (use == Use.Letter && _origins[name].IsSecret)
            {
                faults.Add(at, $"'{name}' is secret and would be printed on the PIN mailer", "take it out: a PIN mailer shows name and address");
            }
        }
    }

    /// <summary>Finds inputs that the issuer must send for nothing.</summary>
    /// <param name="inputs">Each input with the place of its definition.</param>
    /// <param name="ignored">Inputs of which the profile says so.</param>
    public void CheckUnused(IEnumerable<(string Name, Node At)> inputs, IReadOnlyDictionary<string, Node> ignored)
    {
        var used = _uses.Select(u => u.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var (name, at) in inputs)
        {
            if (used.Contains(name) && ignored.TryGetValue(name, out var mention))
                faults.Add(mention, $"input '{name}' is used, but listed in 'ignore'", "remove it there");
            else if (!used.Contains(name) && !ignored.ContainsKey(name))
                faults.Add(at, $"input '{name}' is not used", "use it, remove it, or list it in 'ignore'");
        }
    }

    sealed record Origin(IReadOnlyList<string> Inputs, bool IsSecret);
}
