using System.CommandLine;
using PersoMesh.Perso.Samples;
using PersoMesh.Profiles;

namespace PersoMesh.Perso.Commands;

/// <summary><c>perso sample</c>: made-up card objects.</summary>
static class SampleCommand
{
    public static Command Create()
    {
        var profile = new Argument<string>("PROFILE") { Description = "emv-debit, emv-dda, emv-complete, access-badge, campus-card or id-pkcs15." };
        var cards = new Option<int>("--cards", "-n") { Description = "How many.", DefaultValueFactory = _ => 10 };
        var seed = new Option<int>("--seed") { Description = "The same seed gives the same cards; another one gives other identifiers too.", DefaultValueFactory = _ => 1 };
        var format = new Option<string>("--format") { Description = "csv, jsonl or text.", DefaultValueFactory = _ => "csv" };
        var source = new Option<string?>("--source") { Description = "Write a data source of the profile instead, such as loyalty of emv-complete; always CSV." };
        var command = new Command("sample", "Write made-up card objects to standard output: 'perso sample emv-debit --cards 1000 > cards.csv'.") { profile, cards, seed, format, source };
        command.SetAction((parsed, _) => Guarded.RunAsync(() =>
        {
            try
            {
                using var output = Console.OpenStandardOutput();
                var (count, number, kind) = (parsed.GetValue(cards), parsed.GetValue(seed), parsed.GetValue(format)!);
                var card = ProfileLibrary.Load(InstallFolder.Profiles).Get(parsed.GetValue(profile)!);
                if (parsed.GetValue(source) is { } name)
                    SampleFile.WriteSource(card, name, count, number, output);
                else
                    SampleFile.Write(card, count, number, kind == "text" ? "txt" : kind, output);
                return Task.FromResult(0);
            }
            catch (UnknownProfileException e)
            {
                throw new UserErrorException(e.Message, e);
            }
        }));
        return command;
    }
}
