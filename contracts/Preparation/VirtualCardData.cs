namespace PersoMesh.Contracts.Preparation;

/// <summary>A file-system card in a script. Travels sealed only.</summary>
public sealed record VirtualCardData
{
    /// <summary>What turns the image into commands.</summary>
    public required CardAgentData Agent { get; init; }

    /// <summary>The password of the blank card, as it is sent.</summary>
    public required byte[] TransportPassword { get; init; }

    /// <summary>The image without passwords, before preparation; null after it.</summary>
    public byte[]? Draft { get; init; }

    /// <summary>The image with all that is the card's, under the HSM's key; null before preparation.</summary>
    public byte[]? SealedImage { get; init; }

    /// <summary>Which files hold which of the script's secrets; empty after preparation.</summary>
    public IReadOnlyList<FileSecret> Secrets { get; init; } = [];

    /// <summary>The letter that tells the holder the PIN; null when nobody writes one.</summary>
    public PinMailerData? PinMailer { get; init; }
}

/// <summary>A card agent and what the card product leaves to it.</summary>
/// <param name="Name">Name of the agent.</param>
/// <param name="MaxCommandData">Longest command data field in bytes.</param>
/// <param name="MaxResponseData">Longest response data field in bytes.</param>
/// <param name="RecordsExistAtCreation">Records of linear fixed files are updated, not appended.</param>
/// <param name="TransportReference">Reference of the password that has the transport value.</param>
/// <param name="ResettingCodeOffset">What is added to a password's reference to name its resetting code.</param>
public sealed record CardAgentData(
    string Name, int MaxCommandData, int MaxResponseData, bool RecordsExistAtCreation, byte TransportReference, byte ResettingCodeOffset);

/// <summary>A secret that is the content of a file.</summary>
/// <param name="Path">The file: <c>3F00/DF01/0010</c>.</param>
/// <param name="Secret">Index of the secret in the script.</param>
public sealed record FileSecret(string Path, int Secret);

/// <summary>What stands in a PIN mailer beside the PIN.</summary>
/// <param name="Password">Reference of the password that it tells.</param>
/// <param name="WithResettingCode">True when it tells the PUK, too.</param>
/// <param name="Sender">One line.</param>
/// <param name="Address">The lines of the address.</param>
/// <param name="CardNumber">A number that no line may show; null for none.</param>
public sealed record PinMailerData(
    byte Password, bool WithResettingCode, string Sender, IReadOnlyList<string> Address, string? CardNumber);
