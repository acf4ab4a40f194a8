using System.Text.RegularExpressions;

namespace PersoMesh.CardTools.Tests.Commands;

/// <summary>Examples are there to be pasted: each one is run.</summary>
public partial class ExampleTests
{
    static readonly string[][] Commands = [["tlv"], ["atr"], ["record"], ["emv", "check"], ["scp", "open"], ["scp", "guess"]];

    [Fact]
    public void Every_example_of_every_help_text_works()
    {
        foreach (var command in Commands)
        {
            var examples = Examples(Perso.Run([.. command, "--help"]).Output, string.Join(' ', command)).ToArray();
            Assert.True(examples.Length >= 2, $"{string.Join(' ', command)}: {examples.Length} examples");
            Assert.All(examples, Run);
        }
    }

    [Fact]
    public void Every_example_of_the_manual_works()
    {
        var text = File.ReadAllText(Path.Combine(Perso.Root, "docs/card-tools.md"));
        var examples = Commands.SelectMany(command => Examples(text, string.Join(' ', command))).ToArray();
        Assert.True(examples.Length >= 10, $"{examples.Length} examples");
        Assert.All(examples, Run);
    }

    // What reads a pipe or a file of the reader's own cannot be run here.
    static IEnumerable<string> Examples(string text, string command) => text.Split('\n').Select(line => line.Trim())
        .Where(line => line.StartsWith($"perso {command} ", StringComparison.Ordinal) && !line.Contains('<', StringComparison.Ordinal) && !line.Contains('[', StringComparison.Ordinal))
        .Select(line => Comment().Replace(line, ""));

    static void Run(string example)
    {
        var arguments = Word().Matches(example).Select(match => match.Value.Trim('"')).Skip(1).ToArray();
        var (status, _, error) = Perso.Run(arguments);
        Assert.True(status == 0, $"{example}: status {status}, {error}");
    }

    [GeneratedRegex("\"[^\"]*\"|\\S+", RegexOptions.None, 1000)]
    private static partial Regex Word();

    [GeneratedRegex("  +.*$|  *#.*$", RegexOptions.None, 1000)]
    private static partial Regex Comment();
}
