using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json;
using PersoMesh.Keys;
using PersoMesh.Perso.Commands;
using PersoMesh.VirtualCards;
using PersoMesh.VirtualCards.Opening;
using PersoMesh.VirtualCards.Sealing;

namespace PersoMesh.Perso.VirtualCards;

/// <summary>How commands open sealed images: the options for it, and the opening.</summary>
sealed class SealedImages
{
    readonly Option<string?> _passwordFile = new("--password-file") { Description = "File with the image's password ('-' reads standard input), instead of --keys." };
    readonly Option<string> _keys = KeysOption();

    /// <summary>Keys of the in-process security module.</summary>
    public static Option<string> KeysOption() => new("--keys")
    {
        Description = "Key file of the in-process security module (JSON, in clear: for demonstrations).",
        DefaultValueFactory = _ => InstallFolder.DemoKeys,
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_passwordFile);
        command.Options.Add(_keys);
    }

    /// <summary>Opens an image.</summary>
    /// <exception cref="UserErrorException">It cannot be read, or it does not open.</exception>
    public async Task<VirtualCard> OpenAsync(ParseResult parsed, string path, ImageAreas areas, CancellationToken cancellationToken)
    {
        try
        {
            if (parsed.GetValue(_passwordFile) is { } passwordFile)
                return await OpenWithPasswordAsync(path, passwordFile, areas, cancellationToken);
            var image = SealedVirtualCard.Read(await File.ReadAllBytesAsync(path, cancellationToken));
            using var module = OpenModule(parsed.GetValue(_keys)!);
            using var session = module.OpenSession();
            using var key = session.GetKey(image.KeyLabel);
            return image.Open(key, areas);
        }
        catch (Exception e) when (e is SealedImageException or VirtualCardRefusedException or SecurityModuleException)
        {
            throw new UserErrorException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>The in-process security module with the keys of a file.</summary>
    public static SoftwareSecurityModule OpenModule(string keyFile)
    {
        try
        {
            return DemoKeyFile.OpenModule(keyFile);
        }
        catch (Exception e) when (e is JsonException or FormatException or ArgumentException)
        {
            throw new UserErrorException($"The key file '{keyFile}' cannot be used: {e.Message}", e);
        }
    }

    /// <summary>A secret of a file's first line, or of standard input; the caller zeroes it.</summary>
    public static byte[] ReadSecret(string file)
    {
        var text = file == "-" ? Console.In.ReadLine() ?? "" : File.ReadLines(file).FirstOrDefault("");
        return System.Text.Encoding.ASCII.GetBytes(text.Trim());
    }

    static async Task<VirtualCard> OpenWithPasswordAsync(string path, string passwordFile, ImageAreas areas, CancellationToken cancellationToken)
    {
        var password = ReadSecret(passwordFile);
        try
        {
            var image = await TryReadAsync(path, cancellationToken);
            // A copy of the image under another name is the same image; what is none is counted by its name.
            var identifier = image?.Identifier ?? Path.GetFullPath(path);
            var opener = new VirtualCardOpener(new OneImage(image), TimeProvider.System, failureFile: FailedOpenings.File())
            {
                Waiting = wait => Console.Error.WriteLine($"perso: tries before this one have failed; it begins in {Math.Ceiling(wait.TotalSeconds)} s"),
            };
            return await opener.OpenAsync(identifier, password, areas, cancellationToken);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(password);
        }
    }

    static async Task<SealedVirtualCard?> TryReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return SealedVirtualCard.Read(await File.ReadAllBytesAsync(path, cancellationToken));
        }
        catch (Exception e) when (e is SealedImageException or FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>A store with one image, or none: then every identifier is unknown.</summary>
    sealed class OneImage(SealedVirtualCard? image) : IVirtualCardStore
    {
        public ValueTask<SealedVirtualCard?> FindAsync(string identifier, CancellationToken cancellationToken) => ValueTask.FromResult(image);
    }
}
