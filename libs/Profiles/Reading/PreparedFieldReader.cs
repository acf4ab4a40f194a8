using PersoMesh.Conversions;

namespace PersoMesh.Profiles.Reading;

/// <summary>
/// Reads the fields that issuer preparation computes: <c>cvv</c>, <c>icvv</c>, <c>cvv2</c>, <c>pvv</c>, <c>cardNumber</c>.
/// </summary>
sealed class PreparedFieldReader(Templates templates, FaultList faults)
{
    /// <summary>The key that says what is computed.</summary>
    public static readonly IReadOnlyList<string> Kinds = ["cvv", "icvv", "cvv2", "pvv", "cardNumber"];

    static readonly Dictionary<string, bool> MonthFirst = new(StringComparer.Ordinal) { ["MMYY"] = true, ["YYMM"] = false };

    readonly Dictionary<string, string> _counters = new(StringComparer.Ordinal);

    /// <summary>Whether a field is one of them.</summary>
    public static bool Reads(Node value) => value is MappingNode mapping && mapping.Entries.Any(e => Kinds.Contains(e.Key.Text));

    /// <summary>Reads a field.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="place">How many other computed fields stand above it.</param>
    /// <param name="value">Has one of <see cref="Kinds"/>.</param>
    public PreparedField Read(string name, int place, MappingNode value)
    {
        var kind = value.Entries.First(e => Kinds.Contains(e.Key.Text)).Key.Text;
        var node = new Section(value, $"field '{name}'", faults, kind).At(kind);
        return kind switch
        {
            "pvv" => PinVerification(name, place, node),
            "cvv2" => Cvv2(name, place, node),
            "cardNumber" => CardNumber(name, place, node),
            _ => CardVerification(name, place, node, kind),
        };
    }

    CardVerificationField CardVerification(string name, int place, Node node, string kind)
    {
        var isForStripe = kind == "cvv";
        string[] keys = isForStripe ? ["key", "pan", "expiry", "serviceCode"] : ["key", "pan", "expiry"];
        var section = new Section(node, $"'{kind}'", faults, keys);
        return new(name, place, isForStripe ? CardVerificationKind.Cvv : CardVerificationKind.ICvv, Label(section, "key"),
            Template(section, "pan"), Template(section, "expiry"), isForStripe ? Template(section, "serviceCode") : null, MonthFirst: false);
    }

    CardVerificationField Cvv2(string name, int place, Node node)
    {
        var section = new Section(node, "'cvv2'", faults, "key", "pan", "expiry", "dateOrder");
        return new(name, place, CardVerificationKind.Cvv2, Label(section, "key"), Template(section, "pan"), Template(section, "expiry"),
            ServiceCode: null, section.Choice("dateOrder", MonthFirst, otherwise: true));
    }

    PinVerificationField PinVerification(string name, int place, Node node)
    {
        var section = new Section(node, "'pvv'", faults, "key", "index", "pan", "pinBlock");
        var block = new Section(section.Required("pinBlock") ?? new MappingNode([], node.Line, node.Column), "'pinBlock'", faults,
            "block", "key", "from");
        return new(name, place, Label(section, "key"), section.Integer("index", 0, 9), Template(section, "pan"),
            templates.ReadHex(block.Required("block"), "'block'", Use.PinBlock), Label(block, "key"),
            block.Choice("from", SecretReader.IssuerFormats));
    }

    CardNumberField CardNumber(string name, int place, Node node)
    {
        var section = new Section(node, "'cardNumber'", faults, "counter", "prefix", "length", "luhn");
        var counter = Scalars.KebabName(section.Required("counter"), "'counter'", faults);
        if (!_counters.TryAdd(counter, name))
        {
            faults.Add(section.At("counter"), $"field '{_counters[counter]}' takes its numbers from '{counter}'",
                "give each field a counter of its own");
        }

        var field = new CardNumberField(name, place, counter, Template(section, "prefix"),
            section.Integer("length", 8, CardNumberField.MaxLength), section.Flag("luhn"));
        if (field.Prefix is { IsConstant: true, Text: var prefix } && !prefix.All(char.IsAsciiDigit))
        {
            faults.Add(section.At("prefix"), $"'prefix' is '{prefix}'", "write decimal digits, or a template that gives them");
        }
        else if (field.Length > 0 && field.Prefix.IsConstant && field.Prefix.Text.Length + (field.HasCheckDigit ? 1 : 0) >= field.Length)
        {
            faults.Add(section.At("length"), $"'length' is {field.Length}: no digit is left for the counter",
                "shorten the prefix, or take a greater length");
        }

        return field;
    }

    Template Template(Section section, string key) => templates.Read(section.Required(key), $"'{key}'", Use.Field);

    string Label(Section section, string key) => Scalars.KeyLabel(section.Required(key), $"'{key}'", faults);
}
