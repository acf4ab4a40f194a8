using System.ComponentModel;
using System.Diagnostics;

namespace PersoMesh.Pcsc.Tests.Support;

/// <summary>Somebody else's program as a witness.</summary>
static class OtherProgram
{
    /// <summary>Runs it to its end and returns its standard output.</summary>
    /// <param name="package">Debian package that has it.</param>
    /// <param name="environment">Variables beside this process's own.</param>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    public static async Task<string> RunAsync(
        string package, IReadOnlyDictionary<string, string?> environment, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        try
        {
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = await process.StandardOutput.ReadToEndAsync().InTimeAsync();
            await process.WaitForExitAsync().InTimeAsync();
            Assert.True(
                process.ExitCode == 0,
                $"{program} ended with {process.ExitCode} (if something is missing: 'apt-get install {package}'): {output}{await errors}");
            return output;
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException(
                $"'{program}' is missing: run 'apt-get install --no-install-recommends {package}'; these tests need it.", e);
        }
    }
}
