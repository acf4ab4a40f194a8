using System.Diagnostics;

namespace PersoMesh.EndToEnd.Tests.Support;

/// <summary>The openssl program as an independent judge. It must be installed: a missing one fails the test.</summary>
static class OpenSsl
{
    /// <summary>Triple DES in ECB mode without padding.</summary>
    /// <param name="key">16 bytes; two equal halves make it single DES.</param>
    /// <param name="data">Whole blocks of 8 bytes.</param>
    /// <param name="decrypt">The other way round.</param>
    public static byte[] TripleDes(byte[] key, byte[] data, bool decrypt = false)
    {
        string[] arguments = ["enc", decrypt ? "-d" : "-e", "-des-ede3", "-nopad", "-K", Convert.ToHexString([.. key, .. key[..8]])];
        using var process = Process.Start(new ProcessStartInfo("openssl", arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.StandardInput.BaseStream.Write(data);
        process.StandardInput.Close();
        using var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"openssl failed: {error}");
        return output.ToArray();
    }
}
