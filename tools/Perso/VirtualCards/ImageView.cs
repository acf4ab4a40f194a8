using PersoMesh.SmartCard.FileSystem;
using PersoMesh.VirtualCards;
using PersoMesh.VirtualCards.Layout;
using Spectre.Console;

namespace PersoMesh.Perso.VirtualCards;

/// <summary>An image for people and scripts.</summary>
/// <param name="Identifier">32 hexadecimal digits.</param>
/// <param name="Profile">Name and version.</param>
/// <param name="Files">In the order of their creation.</param>
/// <param name="Passwords">Slots; with values only when they are to be shown.</param>
sealed record ImageView(string Identifier, string Profile, IReadOnlyList<FileView> Files, IReadOnlyList<PasswordView> Passwords)
{
    public static ImageView Of(VirtualCard image, bool withPasswords) => new(image.Identifier, image.Profile,
        [.. image.Layout.Files.Select(file => FileView.Of(image, file.Key, file.Value))],
        [.. image.Layout.Passwords.Select(slot => PasswordView.Of(image, slot, withPasswords))]);

    public void Print()
    {
        Console.WriteLine($"virtual card {Identifier}, profile {Profile}");
        var tree = new Tree($"{Files[0].Path} {Files[0].Name}");
        var nodes = new Dictionary<string, IHasTreeNodes>(StringComparer.Ordinal) { [Files[0].Path] = tree };
        foreach (var file in Files.Skip(1))
        {
            var node = nodes[file.Path[..^5]].AddNode(file.Line.EscapeMarkup());
            foreach (var (content, index) in (file.Content ?? []).Select((content, index) => (content, index)))
                node.AddNode($"[grey]{(file.Content!.Count > 1 || file.Records > 0 ? $"record {index + 1}: " : "")}{(content.Length == 0 ? "empty" : content)}[/]");
            nodes[file.Path] = node;
        }

        AnsiConsole.Write(tree);
        foreach (var password in Passwords)
            Console.WriteLine(password.Line);
    }
}

/// <summary>A file of an image.</summary>
sealed record FileView(
    string Path, string Name, string Structure, int Size, int RecordLength, int Records, string Area, string Access, IReadOnlyList<string>? Content)
{
    public string Line => Structure == "df"
        ? $"{Path[^4..]} {Name}  {Access}"
        : $"{Path[^4..]} {Name}  {Structure}, {(Records == 0 ? $"{Size} bytes" : $"{Records} records of {RecordLength} bytes")}, {Area}; {Access}";

    public static FileView Of(VirtualCard image, FilePath path, CardFile file) => file switch
    {
        ElementaryFile ef => new(path.ToString(), file.Name, Words(ef.Structure), ef.Size, ef.RecordLength, ef.RecordCount, ef.Area.ToString().ToLowerInvariant(),
            $"read {ef.Access.Read}, update {ef.Access.Update}{(ef.RecordCount > 0 ? $", append {ef.Access.Append}" : "")}",
            image.IsOpen(ef.Area) ? [.. image.Read(path).Select(piece => Convert.ToHexString(piece.Span))] : null),
        _ => new(path.ToString(), file.Name, "df", 0, 0, 0, "", file is DedicatedFile { DfName: { } name } ? $"AID {Convert.ToHexString(name.Span)}" : "", null),
    };

    static string Words(FileStructure structure) => structure switch
    {
        FileStructure.LinearFixed => "linear-fixed",
        FileStructure.LinearVariable => "linear-variable",
        FileStructure.Cyclic => "cyclic",
        _ => "transparent",
    };
}

/// <summary>A password of an image.</summary>
sealed record PasswordView(byte Reference, string Name, string Digits, bool HasResettingCode, string? Value, string? ResettingCode)
{
    public string Line => $"password {Reference} {Name}: {Digits} digits{(HasResettingCode ? ", resetting code" : "")}"
        + (Value is null ? "" : $"; value {Value}{(ResettingCode is null ? "" : $", resetting code {ResettingCode}")}");

    public static PasswordView Of(VirtualCard image, PasswordSlot slot, bool withValue)
    {
        var password = withValue ? image.Passwords.FirstOrDefault(candidate => candidate.Slot.Reference == slot.Reference) : null;
        return new(slot.Reference, slot.Name, $"{slot.Rules.MinLength} to {slot.Rules.MaxLength}", slot.ResettingCode is not null,
            password is null ? null : System.Text.Encoding.ASCII.GetString(password.Value),
            password is null || password.ResettingCode.IsEmpty ? null : System.Text.Encoding.ASCII.GetString(password.ResettingCode));
    }
}
