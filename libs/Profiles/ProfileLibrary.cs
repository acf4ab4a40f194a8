using System.Globalization;
using System.Text;
using PersoMesh.Profiles.Reading;

namespace PersoMesh.Profiles;

/// <summary>What came of reading one profile.</summary>
/// <param name="Profile">Null when there is a fault that is not a warning.</param>
/// <param name="Faults">All of them, in the order of the file.</param>
public sealed record ProfileReading(CardProfile? Profile, IReadOnlyList<ProfileFault> Faults)
{
    /// <summary>The profile, for who can do nothing without it.</summary>
    /// <exception cref="InvalidProfileException">It has faults; the exception lists them all.</exception>
    public CardProfile Require() => Profile ?? throw new InvalidProfileException(Faults);
}

/// <summary>The profiles of a folder, by name and version. Immutable and thread-safe; load again to see changes.</summary>
public sealed class ProfileLibrary
{
    readonly SortedDictionary<string, SortedList<int, CardProfile>> _profiles = new(StringComparer.Ordinal);
    readonly List<ProfileFault> _faults = [];

    ProfileLibrary()
    {
    }

    /// <summary>All faults and warnings of all files. A file with a fault contributes no profile; the others do.</summary>
    public IReadOnlyList<ProfileFault> Faults => _faults;

    /// <summary>All profiles, by name, older versions first.</summary>
    public IReadOnlyList<CardProfile> All => [.. _profiles.Values.SelectMany(versions => versions.Values)];

    /// <summary>Reads every <c>*.yaml</c> of a folder, not of its subfolders. What is wrong in them goes to <see cref="Faults"/>.</summary>
    /// <param name="folder">Faults name the files with this path before them.</param>
    /// <exception cref="IOException">The folder or a file cannot be read.</exception>
    public static ProfileLibrary Load(string folder)
    {
        var library = new ProfileLibrary();
        foreach (var file in Directory.EnumerateFiles(folder, "*.yaml").Order(StringComparer.Ordinal))
            library.Add(file);
        return library;
    }

    /// <summary>Reads one profile and finds everything that is wrong with it. Never throws on its content.</summary>
    /// <param name="file">How faults name the file.</param>
    /// <param name="yaml">Its text.</param>
    public static ProfileReading Read(string file, string yaml)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(yaml);
        return ProfileReader.Read(file, yaml);
    }

    /// <summary>Finds a profile.</summary>
    /// <param name="reference"><c>name</c> for its newest version, or <c>name@version</c>.</param>
    /// <exception cref="UnknownProfileException">There is none, or its file has faults; the message names the known ones.</exception>
    public CardProfile Get(string reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        var (name, version) = reference.Split('@') is [var n, var v] ? (n, v) : (reference, null);
        if (_profiles.TryGetValue(name, out var versions))
        {
            if (version is null)
                return versions.Values[^1];
            if (int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && versions.TryGetValue(number, out var profile))
                return profile;
            throw new UnknownProfileException(
                $"no version '{version}' of profile '{name}'; there is {string.Join(", ", versions.Keys)}{FaultyFiles}");
        }

        var known = _profiles.Count == 0 ? "there are none" : $"the profiles are {string.Join(", ", All.Select(p => p.Reference))}";
        var hint = Nearest.Of(name, _profiles.Keys) is { } nearest ? $"did you mean '{nearest}'? " : "";
        throw new UnknownProfileException($"no profile '{name}'; {hint}{known}{FaultyFiles}");
    }

    string FaultyFiles
    {
        get
        {
            var files = string.Join(", ", _faults.Where(f => !f.IsWarning).Select(f => f.File).Distinct(StringComparer.Ordinal));
            return files.Length > 0 ? $"; left out for their faults: {files}" : "";
        }
    }

    void Add(string file)
    {
        string yaml;
        try
        {
            yaml = File.ReadAllText(file, Charsets.Utf8);
        }
        catch (DecoderFallbackException)
        {
            _faults.Add(new(file, 1, 1, "the file is not UTF-8", "save it as UTF-8"));
            return;
        }

        var (profile, faults) = ProfileReader.Read(file, yaml);
        _faults.AddRange(faults);
        if (profile is null)
            return;
        if (!_profiles.TryGetValue(profile.Name, out var versions))
            _profiles.Add(profile.Name, versions = []);
        if (!versions.TryAdd(profile.Version, profile))
            _faults.Add(new(file, 1, 1, $"a second profile {profile.Reference}", "raise its version, or remove one of the files"));
    }
}
