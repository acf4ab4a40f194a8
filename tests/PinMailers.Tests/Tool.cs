using System.ComponentModel;
using System.Diagnostics;

namespace PersoMesh.PinMailers.Tests;

/// <summary>Runs other people's programs.</summary>
static class Tool
{
    public static string OpenSsl(params string[] arguments) => Run("openssl", "openssl", arguments);

    public static string Poppler(string program, params string[] arguments) => Run(program, "poppler-utils", arguments);

    static string Run(string program, string package, string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException($"{program} is not installed: these tests need it (Debian: apt install {package}).", e);
        }

        using (process)
        {
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, $"{program}: {errors.Result}");
            // Poppler complains about damaged files and goes on.
            if (package == "poppler-utils")
                Assert.Equal("", errors.Result);
            return output;
        }
    }
}
