using System.CommandLine;
using System.Text.Json;
using PersoMesh.Profiles;

namespace PersoMesh.Perso.Commands;

/// <summary><c>perso profile check</c>: what is wrong with profiles, with file, line and reason.</summary>
static class ProfileCommand
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Create()
    {
        var path = new Argument<string>("PATH") { Description = "A profile, or a folder of profiles." };
        var json = new Option<bool>("--json") { Description = "For a script." };
        var check = new Command("check", "Check profiles and name every fault with its line. Exit status 1 when there is one.") { path, json };
        check.SetAction((parsed, _) => Guarded.RunAsync(() => Task.FromResult(Check(parsed.GetValue(path)!, parsed.GetValue(json)))));
        return new Command("profile", "Work with card profiles (docs/profiles.md).") { check };
    }

    static int Check(string path, bool asJson)
    {
        var (faults, profiles) = Directory.Exists(path) ? ReadFolder(path) : File.Exists(path) ? ReadFile(path) : throw new UserErrorException($"There is no file or folder '{path}'.");
        if (asJson)
        {
            Console.WriteLine(JsonSerializer.Serialize(new { profiles = profiles.Select(profile => profile.Reference), faults }, Json));
        }
        else
        {
            foreach (var fault in faults)
                Console.WriteLine(fault);
            foreach (var profile in profiles)
                Console.WriteLine($"{profile.Reference}: good");
        }

        return faults.Any(fault => !fault.IsWarning) ? Guarded.Failure : 0;
    }

    static (IReadOnlyList<ProfileFault>, IReadOnlyList<CardProfile>) ReadFolder(string path)
    {
        var library = ProfileLibrary.Load(path);
        return (library.Faults, library.All);
    }

    static (IReadOnlyList<ProfileFault>, IReadOnlyList<CardProfile>) ReadFile(string path)
    {
        var reading = ProfileLibrary.Read(path, File.ReadAllText(path));
        return (reading.Faults, reading.Profile is { } profile ? [profile] : []);
    }
}
