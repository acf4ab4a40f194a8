namespace PersoMesh.Perso.Commands;

/// <summary>Options of the form NAME=FILE.</summary>
static class NamedFiles
{
    /// <exception cref="UserErrorException">One has another form, or a name comes twice.</exception>
    public static Dictionary<string, string> Parse(string option, IReadOnlyList<string>? values)
    {
        Dictionary<string, string> files = new(StringComparer.Ordinal);
        foreach (var value in values ?? [])
        {
            if (value.Split('=', 2) is not [{ Length: > 0 } name, { Length: > 0 } path] || !files.TryAdd(name, path))
                throw new UserErrorException($"{option} '{value}': write NAME=FILE, each name once.");
        }

        return files;
    }

    /// <exception cref="UserErrorException">There is no such file.</exception>
    public static string Existing(string path) => File.Exists(path) ? path : throw new UserErrorException($"There is no file '{path}'.");
}
