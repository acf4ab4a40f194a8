namespace PersoMesh.Translator;

/// <summary>Settings of the Translator: section <c>Translator</c>.</summary>
public sealed class TranslatorOptions
{
    /// <summary>Folder with the card profiles, <c>*.yaml</c>.</summary>
    public string ProfileFolder { get; init; } = "profiles";

    /// <summary>How long Support may take for a chunk.</summary>
    public TimeSpan ConversionTimeout { get; init; } = TimeSpan.FromSeconds(60);
}
