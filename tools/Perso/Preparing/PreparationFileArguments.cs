using System.CommandLine;
using PersoMesh.Perso.Commands;
using PersoMesh.PreparedJobs;
using PersoMesh.Profiles;

namespace PersoMesh.Perso.Preparing;

/// <summary>The switches that name the files behind a profile's data sources and counters.</summary>
sealed class PreparationFileArguments
{
    readonly Option<string[]> _sources = new("--source")
    {
        Description = "NAME=FILE: the CSV file of a data source of the profile. May be repeated.",
        AllowMultipleArgumentsPerToken = true,
    };

    readonly Option<string[]> _counters = new("--counter")
    {
        Description = "NAME=FILE: the file of a counter of the profile; make it with its first number ('echo 1 > FILE'). May be repeated.",
        AllowMultipleArgumentsPerToken = true,
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_sources);
        command.Options.Add(_counters);
    }

    /// <summary>Opens a file for each source and counter of a profile.</summary>
    /// <exception cref="UserErrorException">One is missing, or the profile has none of a name, or a source cannot be read.</exception>
    /// <exception cref="PreparedJobException">A counter cannot be opened.</exception>
    public async Task<PreparationFiles> OpenAsync(ParseResult parsed, CardProfile profile, CancellationToken cancellationToken)
    {
        var sources = NamedFiles.Parse("--source", parsed.GetValue(_sources));
        var counters = NamedFiles.Parse("--counter", parsed.GetValue(_counters));
        RequireAll("--source", sources, [.. profile.Input.Sources.Select(source => source.Name)], profile);
        RequireAll("--counter", counters, profile.Counters, profile);
        var files = new PreparationFiles();
        try
        {
            foreach (var source in profile.Input.Sources)
                files.Sources.Add(await SourceFile.OpenAsync(source, NamedFiles.Existing(sources[source.Name]), cancellationToken));
            foreach (var (name, path) in counters)
                files.Counters.Add(name, new CounterFile(path));
            return files;
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    static void RequireAll(string option, Dictionary<string, string> given, IReadOnlyList<string> declared, CardProfile profile)
    {
        if (given.Keys.FirstOrDefault(name => !declared.Contains(name)) is { } unknown)
            throw new UserErrorException($"{option} '{unknown}': profile {profile.Reference} has none of this name{(declared.Count > 0 ? $"; it has {string.Join(", ", declared)}" : "")}.");
        if (declared.FirstOrDefault(name => !given.ContainsKey(name)) is { } missing)
            throw new UserErrorException($"Profile {profile.Reference} needs {option} {missing}=FILE.");
    }
}
