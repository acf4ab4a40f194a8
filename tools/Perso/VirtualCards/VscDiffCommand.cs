using System.CommandLine;
using PersoMesh.Perso.Card;
using PersoMesh.Perso.Commands;
using PersoMesh.VirtualCards;

namespace PersoMesh.Perso.VirtualCards;

/// <summary><c>perso vsc diff</c>: an image and another, or a card.</summary>
static class VscDiffCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("IMAGE") { Description = "A sealed image (.vsc)." };
        var other = new Argument<string?>("OTHER") { Description = "Another image; without one, name a card.", Arity = ArgumentArity.ZeroOrOne };
        var json = new Option<bool>("--json") { Description = "For a script." };
        var (images, card) = (new SealedImages(), new CardUnderTest());
        var command = new Command("diff", """
            List where a virtual smart card differs from another one, or from a card. Shows places, no content.

            Exit status: 0 when there is no difference, 1 when there is, 2 when the comparison could not be made.

              perso vsc diff card.vsc other.vsc
              perso vsc diff card.vsc --reader "PersoMesh virtual 1 00 00"
            """)
        {
            file, other, json,
        };
        images.AddTo(command);
        card.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Guarded.RunAsync(async () =>
        {
            if (parsed.GetValue(other) is not null && card.IsNamed(parsed))
                throw new UserErrorException("Compare with another image or with a card, not with both.");
            using var image = await images.OpenAsync(parsed, parsed.GetValue(file)!, ImageAreas.All, cancellationToken);
            string[] differences = parsed.GetValue(other) is { } path
                ? await WithImageAsync(images, parsed, image, path, cancellationToken)
                : [.. (await card.CompareAsync(parsed, image, cancellationToken)).Differences.Select(difference => difference.ToString())];
            if (parsed.GetValue(json))
                CardOutput.WriteJson(new { Differences = differences });
            else
                Array.ForEach(differences, Console.WriteLine);
            return differences.Length == 0 ? 0 : Guarded.Failure;
        }));
        return command;
    }

    static async Task<string[]> WithImageAsync(SealedImages images, ParseResult parsed, VirtualCard image, string path, CancellationToken cancellationToken)
    {
        using var second = await images.OpenAsync(parsed, path, ImageAreas.All, cancellationToken);
        return [.. VirtualCardDiff.Between(image, second).Select(difference => difference.ToString())];
    }
}

/// <summary><c>perso vsc verify</c>: proves that a card matches its image.</summary>
static class VscVerifyCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("IMAGE") { Description = "A sealed image (.vsc)." };
        var json = new Option<bool>("--json") { Description = "For a script." };
        var (images, card) = (new SealedImages(), new CardUnderTest());
        var command = new Command("verify", """
            Prove that a card matches its image: identifiers, structure, sizes, life cycle, access conditions, and every byte that may be read.

            Without --pin-file, only what anybody may read. No PIN is tried on a card that differs in that. Exit status: 0 when the card matches,
            1 when not, 2 when it could not be read.

              perso vsc verify card.vsc --reader "PersoMesh virtual 1 00 00" --pin-file pin.txt
              perso vsc verify card.vsc --simulated-card card.card
            """)
        {
            file, json,
        };
        images.AddTo(command);
        card.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Guarded.RunAsync(async () =>
        {
            using var image = await images.OpenAsync(parsed, parsed.GetValue(file)!, ImageAreas.All, cancellationToken);
            var (differences, commands) = await card.CompareAsync(parsed, image, cancellationToken);
            if (parsed.GetValue(json))
            {
                CardOutput.WriteJson(new
                {
                    image.Identifier,
                    Matches = differences.Count == 0,
                    Commands = commands,
                    Differences = differences.Select(difference => difference.ToString()),
                });
            }
            else
            {
                foreach (var difference in differences)
                    Console.WriteLine(difference);
                Console.WriteLine(differences.Count == 0
                    ? $"The card matches image {image.Identifier} ({commands} commands)."
                    : $"The card does not match image {image.Identifier}: {differences.Count} differences.");
            }

            return differences.Count == 0 ? 0 : Guarded.Failure;
        }));
        return command;
    }
}
