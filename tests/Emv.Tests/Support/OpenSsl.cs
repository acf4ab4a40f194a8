using System.Diagnostics;

namespace PersoMesh.Emv.Tests;

/// <summary>The openssl program as an independent judge. It must be installed: a missing one fails the test.</summary>
static class OpenSsl
{
    /// <summary>Runs openssl with raw bytes on standard input and returns its standard output.</summary>
    public static byte[] Run(string arguments, ReadOnlySpan<byte> input)
    {
        using var process = Process.Start(new ProcessStartInfo("openssl", arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.StandardInput.BaseStream.Write(input);
        process.StandardInput.Close();
        using var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"openssl {arguments.Split(' ')[0]} failed: {error}");
        return output.ToArray();
    }
}
