using PersoMesh.FileSystemCard.Files;

namespace PersoMesh.FileSystemCard.Persistence;

/// <summary>The card's non-volatile memory: what survives a reset, and what <see cref="SimulatedFileSystemCard.Save"/> writes.</summary>
sealed class CardState
{
    public const int CurrentFormat = 1;

    public int Format { get; init; } = CurrentFormat;

    public required string Product { get; init; }

    public required byte[] Atr { get; init; }

    public required string SerialNumber { get; init; }

    public required TransmissionProtocol Transmission { get; init; }

    public required int EepromBytes { get; init; }

    public required int MaxCommandData { get; init; }

    public required int MaxResponseData { get; init; }

    public required bool RecordsExistAtCreation { get; init; }

    public int UsedBytes { get; set; }

    /// <summary>True until password 1 is another than the manufacturer's.</summary>
    public bool IsTransportPasswordInForce { get; set; } = true;

    public required List<PasswordState> Passwords { get; init; }

    public required CardFile MasterFile { get; init; }
}

/// <summary>A password or a resetting code.</summary>
sealed class PasswordState
{
    /// <summary>01 to 0E for a password, 11 to 1E for the resetting code of the password with reference 10 less.</summary>
    public required byte Reference { get; init; }

    public required int TryLimit { get; init; }

    public required int MinLength { get; init; }

    public required int MaxLength { get; init; }

    public int TriesLeft { get; set; }

    /// <summary>Null until it is set.</summary>
    public byte[]? Value { get; set; }
}
