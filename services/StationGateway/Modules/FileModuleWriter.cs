using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PersoMesh.CardFace;
using PersoMesh.Contracts;
using PersoMesh.Contracts.Preparation;
using PersoMesh.MagneticStripe;
using PersoMesh.Sealing;

namespace PersoMesh.StationGateway.Modules;

/// <summary>
/// A virtual station's other modules: writes as files what a machine would do to the card: <c>ID.stripe.txt</c>, <c>ID.emboss.txt</c> and pictures of
/// both sides. The files are the card; they are kept where the station's cards are.
/// </summary>
sealed class FileModuleWriter : IModuleWriter
{
    readonly string _folder;
    readonly PayloadSealer _sealer;

    public FileModuleWriter(string folder, PayloadSealer sealer)
    {
        _folder = Directory.CreateDirectory(Path.Combine(folder, "cards")).FullName;
        _sealer = sealer;
    }

    public async Task WriteAsync(
        string cardObjectId, byte[] sealedModules, Func<CancellationToken, ValueTask> flip, CancellationToken cancellationToken)
    {
        var json = _sealer.Open("modules", cardObjectId, sealedModules);
        var modules = JsonSerializer.Deserialize(json, ContractsJson.Default.ModuleData)!;
        CryptographicOperations.ZeroMemory(json);
        if (modules.Tracks.Any(track => track is not null))
            await WriteFileAsync(cardObjectId, "stripe.txt", Stripe(modules), cancellationToken);
        if (modules.EmbossLines.Count > 0)
            await WriteFileAsync(cardObjectId, "emboss.txt", Emboss(modules), cancellationToken);
        var face = Face(modules);
        await WriteFileAsync(cardObjectId, "front.svg", CardFaceRenderer.Front(face), cancellationToken);
        await flip(cancellationToken);
        await WriteFileAsync(cardObjectId, "back.svg", CardFaceRenderer.Back(face), cancellationToken);
    }

    Task WriteFileAsync(string cardObjectId, string name, string content, CancellationToken cancellationToken) =>
        File.WriteAllTextAsync(Path.Combine(_folder, $"{cardObjectId}.{name}"), content, cancellationToken);

    static string Stripe(ModuleData modules)
    {
        var text = new StringBuilder().AppendLine(CultureInfo.InvariantCulture, $"coercivity {(modules.HighCoercivity ? "high" : "low")}");
        for (var track = 1; track <= modules.Tracks.Count; track++)
        {
            if (modules.Tracks[track - 1] is not { } content)
                continue;
            var encoded = TrackEncoding.Encode(track, content);
            text.AppendLine(CultureInfo.InvariantCulture, $"track {track}: {encoded.Text} LRC {encoded.Lrc:X}")
                .AppendLine(CultureInfo.InvariantCulture, $"bits {track}: {encoded.ToBitString()}");
        }

        return text.ToString();
    }

    static string Emboss(ModuleData modules)
    {
        var text = new StringBuilder();
        foreach (var line in modules.EmbossLines)
            text.AppendLine(CultureInfo.InvariantCulture, $"row {line.Row} column {line.Column}: {line.Text}");
        return text.ToString();
    }

    static CardFaceDescription Face(ModuleData modules) => new()
    {
        Design = modules.Design,
        Chip = true,
        MagneticStripe = modules.Tracks.Any(track => track is not null),
        SignaturePanel = modules.Tracks.Any(track => track is not null),
        Embossing = [.. modules.EmbossLines.Select(line => new EmbossedLine((EmbossingRow)(line.Row - 1), line.Text, line.Column - 1))],
        FrontTexts = [.. modules.Front.Select(Text)],
        BackTexts = [.. modules.Back.Select(Text)],
        Portrait = modules.Photo is { } photo ? new PortraitArea(photo.Initials, photo.X, photo.Y, photo.Width, photo.Height) : null,
    };

    static CardFace.PrintedText Text(Contracts.Preparation.PrintedText text) =>
        new(text.Text, text.X, text.Y, text.Size, text.Weight, Enum.Parse<TextAlign>(text.Align, ignoreCase: true), Enum.Parse<TextTone>(text.Tone, ignoreCase: true));
}
