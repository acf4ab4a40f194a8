using Spectre.Console;

namespace PersoMesh.Perso;

/// <summary>How tables and colours are written.</summary>
static class Terminal
{
    const int FileWidth = 120;

    /// <summary>Into a file or pipe go neither colours nor lines cut to a window that is not there.</summary>
    public static void Fit()
    {
        if (!Console.IsOutputRedirected)
            return;
        AnsiConsole.Profile.Capabilities.Ansi = false;
        AnsiConsole.Profile.Capabilities.ColorSystem = ColorSystem.NoColors;
        AnsiConsole.Profile.Width = FileWidth;
    }
}
