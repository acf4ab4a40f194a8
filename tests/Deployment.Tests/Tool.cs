using System.ComponentModel;
using System.Diagnostics;

namespace PersoMesh.Deployment.Tests;

/// <summary>Other people's programs that read the deployment files.</summary>
static class Tool
{
    /// <summary>Runs a program in the project's folder.</summary>
    /// <returns>Its standard output.</returns>
    /// <exception cref="InvalidOperationException">It is not installed, or failed; the message says which.</exception>
    public static string Run(string package, string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        try
        {
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0
                ? output
                : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {errors.GetAwaiter().GetResult()}");
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException($"'{program}' is not installed, and these tests need it: apt-get install {package}", e);
        }
    }
}
