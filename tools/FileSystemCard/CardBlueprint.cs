namespace PersoMesh.FileSystemCard;

/// <summary>Transmission protocol of ISO/IEC 7816-3.</summary>
public enum TransmissionProtocol
{
    T0 = 0,
    T1 = 1,
}

/// <summary>A file-system card product before it got a serial number: what the manufacturer delivers.</summary>
public sealed record CardBlueprint
{
    public required string Product { get; init; }

    /// <summary>Answer to reset.</summary>
    public required byte[] Atr { get; init; }

    /// <summary>The only protocol that the card offers.</summary>
    public TransmissionProtocol Transmission { get; init; } = TransmissionProtocol.T1;

    /// <summary>Memory for files in bytes; each file takes <see cref="FileHeaderBytes"/> beside its data.</summary>
    public int EepromBytes { get; init; } = 32 * 1024;

    /// <summary>The longest command data field that the card takes (6700 beyond).</summary>
    public int MaxCommandData { get; init; } = 255;

    /// <summary>The longest response data field that the card returns.</summary>
    public int MaxResponseData { get; init; } = 256;

    /// <summary>
    /// True when records of a linear fixed or cyclic EF exist, filled with zeros, as soon as the EF does, as on SIM cards. False when
    /// APPEND RECORD makes them. ISO/IEC 7816-9 leaves it open.
    /// </summary>
    public bool RecordsExistAtCreation { get; init; }

    /// <summary>Passwords 1 to 14 (references 01 to 0E) that the card has room for; 1 must be among them.</summary>
    public required IReadOnlyList<PasswordBlueprint> Passwords { get; init; }

    /// <summary>The value of password 1 on the blank card, as it is sent to the card.</summary>
    public required byte[] TransportPassword { get; init; }

    /// <summary>Security attributes of the MF in compact format (value of tag 8C); in force when it is activated.</summary>
    public byte[] MasterFileRules { get; init; } = [0x1F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];

    /// <summary>Memory that a file takes beside its data.</summary>
    public const int FileHeaderBytes = 32;

    /// <summary>Shows nothing of the password.</summary>
    public override string ToString() => Product;
}

/// <summary>Room for a password and, optionally, for the resetting code (PUK) that unblocks it.</summary>
/// <param name="Number">1 to 14: the reference of the password; its resetting code has reference 10 (hexadecimal) + number.</param>
public sealed record PasswordBlueprint(byte Number)
{
    /// <summary>Wrong tries before the password is blocked, 1 to 15.</summary>
    public int TryLimit { get; init; } = 3;

    /// <summary>Shortest value in bytes.</summary>
    public int MinLength { get; init; } = 4;

    /// <summary>Longest value in bytes. Equal to <see cref="MinLength"/> for a card that stores padded values.</summary>
    public int MaxLength { get; init; } = 8;

    public bool HasResettingCode { get; init; } = true;

    /// <summary>Wrong tries before the resetting code is blocked for good, 1 to 15.</summary>
    public int ResettingTryLimit { get; init; } = 10;

    /// <summary>Length of the resetting code in bytes.</summary>
    public int ResettingCodeLength { get; init; } = 8;
}
