using System.CommandLine;
using PersoMesh.Perso.Card;
using PersoMesh.Perso.Commands;
using PersoMesh.VirtualCards;

namespace PersoMesh.Perso.VirtualCards;

/// <summary><c>perso vsc show</c>: structure and public objects.</summary>
static class VscShowCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("IMAGE") { Description = "A sealed image (.vsc)." };
        var json = new Option<bool>("--json") { Description = "For a script." };
        var images = new SealedImages();
        var command = new Command("show", """
            List the structure of a virtual smart card and its public objects. The other areas stay sealed.

              perso vsc show card.vsc
              perso vsc show card.vsc --password-file password.txt --json
            """)
        {
            file, json,
        };
        images.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Guarded.RunAsync(async () =>
        {
            using var image = await images.OpenAsync(parsed, parsed.GetValue(file)!, ImageAreas.Public, cancellationToken);
            var view = ImageView.Of(image, withPasswords: false);
            if (parsed.GetValue(json))
                CardOutput.WriteJson(view);
            else
                view.Print();
            return 0;
        }));
        return command;
    }
}

/// <summary><c>perso vsc open</c>: the private objects too.</summary>
static class VscOpenCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("IMAGE") { Description = "A sealed image (.vsc)." };
        var json = new Option<bool>("--json") { Description = "For a script." };
        var keysToo = new Option<bool>("--show-keys") { Description = "Open the area of keys too." };
        var passwordsToo = new Option<bool>("--show-passwords") { Description = "Open the area of passwords too, and show PIN and PUK." };
        var images = new SealedImages();
        var command = new Command("open", """
            Open a virtual smart card and show its private objects. Keys and passwords are shown only when asked for.

            A wrong password, an unknown image and a damaged one give the same answer.

              perso vsc open card.vsc --password-file password.txt
              perso vsc open card.vsc --show-passwords
            """)
        {
            file, json, keysToo, passwordsToo,
        };
        images.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Guarded.RunAsync(async () =>
        {
            var areas = ImageAreas.Public | ImageAreas.Private
                | (parsed.GetValue(keysToo) ? ImageAreas.Keys : ImageAreas.Public) | (parsed.GetValue(passwordsToo) ? ImageAreas.Passwords : ImageAreas.Public);
            using var image = await images.OpenAsync(parsed, parsed.GetValue(file)!, areas, cancellationToken);
            var view = ImageView.Of(image, parsed.GetValue(passwordsToo));
            if (parsed.GetValue(json))
                CardOutput.WriteJson(view);
            else
                view.Print();
            return 0;
        }));
        return command;
    }
}
