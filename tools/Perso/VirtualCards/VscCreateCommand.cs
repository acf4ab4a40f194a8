using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using PersoMesh.Keys;
using PersoMesh.Perso.Card;
using PersoMesh.Perso.Commands;
using PersoMesh.Profiles;
using PersoMesh.Security.Preparation;
using PersoMesh.Security.VirtualCards;
using PersoMesh.SmartCard;
using PersoMesh.Translator.Translation;
using PersoMesh.VirtualCards.Sealing;

namespace PersoMesh.Perso.VirtualCards;

/// <summary><c>perso vsc create</c>: makes the image of one card.</summary>
static class VscCreateCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "Card objects (.csv, .jsonl or .txt)." };
        var profile = new Option<string>("--profile", "-p") { Description = "Card profile: a name, or name@version.", DefaultValueFactory = _ => "campus-card" };
        var profiles = new Option<string>("--profiles") { Description = "Folder with card profiles.", DefaultValueFactory = _ => InstallFolder.Profiles };
        var record = new Option<int>("--record", "-r") { Description = "Which record of the file, from 1.", DefaultValueFactory = _ => 1 };
        var format = new Option<string?>("--format") { Description = "csv, jsonl or text, when the file's name does not tell." };
        var output = new Option<string?>("--out", "-o") { Description = "Where the image goes. Default: IDENTIFIER.vsc." };
        var keys = SealedImages.KeysOption();
        var json = new Option<bool>("--json") { Description = "For a script." };
        var command = new Command("create", """
            Make a virtual smart card from a profile and a card object: its own identifier, PIN and PUK are drawn, its files filled.

            Prints the image's identifier and its password. The password is shown once; the card's PIN is inside.

              perso sample campus-card > students.csv
              perso vsc create students.csv --profile campus-card --record 3 --out card.vsc
            """)
        {
            file, profile, profiles, record, format, output, keys, json,
        };
        command.SetAction((parsed, cancellationToken) => Guarded.RunAsync(async () =>
        {
            var card = ProfileLibrary.Load(parsed.GetValue(profiles)!).Get(parsed.GetValue(profile)!);
            if (card.FileSystem is null)
                throw new UserErrorException($"Profile {card.Reference} has no 'fileSystem': there is no virtual smart card to make.");
            var fields = await CardObjectFile.ReadFieldsAsync(card, parsed.GetValue(file)!, parsed.GetValue(format), parsed.GetValue(record), cancellationToken);
            using var module = SealedImages.OpenModule(parsed.GetValue(keys)!);
            using var session = module.OpenSession();
            await WriteAsync(session, card, fields, parsed.GetValue(output), parsed.GetValue(json), cancellationToken);
            return 0;
        }));
        return command;
    }

    static async Task WriteAsync(
        ISecuritySession session, CardProfile profile, IReadOnlyDictionary<string, string> fields, string? path, bool asJson, CancellationToken cancellationToken)
    {
        var password = ImagePassword.Generate(session.GenerateRandom);
        try
        {
            using var image = VirtualCardIssuing.Issue(session, VirtualCardScriptBuilder.Build(profile, fields));
            using var key = session.GetKey(VirtualCardIssuing.KeyLabel);
            path ??= $"{image.Identifier}.vsc";
            await File.WriteAllBytesAsync(path, SealedVirtualCard.Seal(image, password, key, VirtualCardIssuing.KeyLabel).ToArray(), cancellationToken);
            var shown = new { File = path, image.Identifier, Password = Encoding.ASCII.GetString(password) };
            if (asJson)
                CardOutput.WriteJson(shown);
            else
                Console.WriteLine($"file        {path}{Environment.NewLine}identifier  {shown.Identifier}{Environment.NewLine}password    {shown.Password}");
        }
        catch (Exception e) when (e is RenderException or SecretRefusedException or SecurityModuleException or CardDataException)
        {
            throw new UserErrorException(e is SecretRefusedException refused ? $"{refused.Secret}: {e.Message}" : e.Message, e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(password);
        }
    }
}
