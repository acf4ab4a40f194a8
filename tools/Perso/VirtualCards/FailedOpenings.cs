namespace PersoMesh.Perso.VirtualCards;

/// <summary>Where failed openings are counted, so that the delay of the next one grows from command to command.</summary>
static class FailedOpenings
{
    const string Variable = "XDG_STATE_HOME";

    /// <summary>The user's file, as the XDG Base Directory Specification has it for state; its folder is made.</summary>
    public static string File()
    {
        var state = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder ? folder
            : OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state");
        return Path.Combine(Directory.CreateDirectory(Path.Combine(state, "persomesh")).FullName, "failed-openings");
    }
}
