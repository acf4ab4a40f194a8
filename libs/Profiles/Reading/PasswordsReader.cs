using System.Globalization;
using PersoMesh.VirtualCards.Layout;

namespace PersoMesh.Profiles.Reading;

/// <summary>Reads <c>passwords:</c> of a file-system card.</summary>
sealed class PasswordsReader(FaultList faults)
{
    const int MostStored = 32;

    public IReadOnlyList<(PasswordSlot Slot, Node At)> Read(IReadOnlyList<Node> items)
    {
        var passwords = new List<(PasswordSlot Slot, Node At)>();
        foreach (var item in items)
        {
            var slot = Password(item);
            if (slot.Name.Length > 0 && passwords.Exists(p => p.Slot.Name == slot.Name))
                faults.Add(item, $"a second password '{slot.Name}'", "give it another name");
            passwords.Add((slot, item));
        }

        return passwords;
    }

    PasswordSlot Password(Node node)
    {
        var section = new Section(node, "an item of 'passwords'", faults, "name", "reference", "digits", "generate", "allowTrivial",
            "storedLength", "pad", "resettingCode");
        var usual = new PasswordCoding();
        var name = section.Text("name");
        if (name is "always" or "never")
            faults.Add(section.At("name"), $"'name' is '{name}'", "access conditions use that word: choose another");
        return new((byte)section.Integer("reference", 1, 14), Rules(section))
        {
            Name = name,
            Coding = new(section.Integer("storedLength", 0, MostStored, usual.StoredLength),
                section.Optional("pad") is null ? usual.Pad : section.Hex("pad", 1, 1) is [var pad] ? pad : usual.Pad),
            ResettingCode = section.Optional("resettingCode") is { } code
                ? Rules(new(code, "'resettingCode'", faults, "digits", "generate", "allowTrivial"))
                : null,
        };
    }

    PasswordRules Rules(Section section)
    {
        var (min, max) = Digits(section);
        return new(min, max)
        {
            GeneratedLength = section.Integer("generate", min, max, 0),
            RefuseTrivial = !section.Flag("allowTrivial"),
        };
    }

    (int Min, int Max) Digits(Section section)
    {
        if (section.Required("digits") is { } node && Scalars.Text(node, "'digits'", faults) is { Text: var text })
        {
            var ends = text.Split('-', 2, StringSplitOptions.TrimEntries);
            if (int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var min)
                && int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var max)
                && min >= PasswordRules.Shortest && min <= max && max <= PasswordRules.Longest)
                return (min, max);
            faults.Add(node, $"'digits' is '{text}'",
                $"write how many digits, such as 4, or the fewest and the most, such as 4-8; {PasswordRules.Shortest} to {PasswordRules.Longest}");
        }

        return (PasswordRules.Shortest, PasswordRules.Longest);
    }
}
