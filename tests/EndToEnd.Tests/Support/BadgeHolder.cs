using System.Text;

namespace PersoMesh.EndToEnd.Tests.Support;

/// <summary>An employee as the staff database has him, and what his badge must therefore say.</summary>
sealed class BadgeHolder(IReadOnlyDictionary<string, string> fields)
{
    const string ApplicationAid = "F0504552534F4D020101";

    public static string Aid => ApplicationAid;

    public string Id => fields["badgeNumber"];

    public string FullName => $"{fields["firstName"]} {fields["lastName"]}";

    public string Department => fields["department"];

    /// <summary>Value by tag, hexadecimal, of the record that a door reads.</summary>
    public IReadOnlyDictionary<string, string> Record => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["5F20"] = Convert.ToHexString(Encoding.Latin1.GetBytes(FullName)),
        ["5F24"] = fields["validUntil"][2..].Replace("-", "", StringComparison.Ordinal),
        ["DF01"] = Id.PadLeft(8, '0'),
        ["DF02"] = Convert.ToHexString(Encoding.UTF8.GetBytes(Department)),
        ["DF03"] = Convert.ToHexString(Encoding.ASCII.GetBytes(fields["zones"])),
    };

    /// <summary>What AN10922 diversifies the site key by.</summary>
    public byte[] Diversifier => Convert.FromHexString("01" + Id.PadLeft(8, '0'));

    // The letters of the samples have the same places in ISO 8859-1 and -15.
    public static IReadOnlyList<BadgeHolder> ReadAll(string file) =>
        [.. IssuerFile.Read(file, ';', Encoding.Latin1).Select(fields => new BadgeHolder(fields))];
}
