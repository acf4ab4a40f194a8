using PersoMesh.Perso.Commands;

namespace PersoMesh.Perso.Bench;

/// <summary>The folder of a run that must not find what an earlier one left.</summary>
static class RunFolder
{
    /// <exception cref="UserErrorException">It exists.</exception>
    public static void Create(string folder)
    {
        if (Directory.Exists(folder))
            throw new UserErrorException($"The folder {folder} exists: a run needs a new one, name it with --out.");
        Directory.CreateDirectory(folder);
    }
}
