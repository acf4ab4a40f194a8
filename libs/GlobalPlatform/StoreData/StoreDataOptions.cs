namespace PersoMesh.GlobalPlatform;

/// <summary>How the data of STORE DATA is structured; the value is P1 bits 5 and 4 (GPC 2.3.1 table 11-89).</summary>
public enum StoreDataFormat
{
    /// <summary>The application knows; what EMV CPS applications expect for DGIs.</summary>
    ApplicationDependent = 0x00,

    /// <summary>DGIs.</summary>
    Dgi = 0x08,

    /// <summary>BER-TLV.</summary>
    BerTlv = 0x10,
}

/// <summary>What is encrypted under the DEK in one STORE DATA command; the value is P1 bits 7 and 6 (GPC 2.3.1 table 11-89).</summary>
public enum StoreDataEncryption
{
    /// <summary>Nothing, or nothing said.</summary>
    None = 0x00,

    /// <summary>The application knows.</summary>
    ApplicationDependent = 0x20,

    /// <summary>All values.</summary>
    All = 0x60,
}

/// <summary>How an application wants its STORE DATA commands.</summary>
public sealed record StoreDataOptions
{
    /// <summary>
    /// Most bytes of data in one command, 6 to 255: <see cref="SecureChannel.MaxPlainData"/>, or less when the application wants less.
    /// </summary>
    public required int MaxData { get; init; }

    /// <summary>Structure bits of P1; EMV CPS applications want none.</summary>
    public StoreDataFormat Format { get; init; }

    /// <summary>True to let several DGIs of the same encryption share a command.</summary>
    public bool GroupDataGroupings { get; init; } = true;

    /// <summary>True when the application answers with data: P1 bit 1 and Le are set (CPS 2.0, GPC 2.2).</summary>
    public bool ExpectsResponse { get; init; }

    /// <summary>True when the last command ends the personalization: P1 bit 8.</summary>
    public bool EndsWithLast { get; init; } = true;

    /// <summary>Number of the first command (P2); the numbers go on modulo 256.</summary>
    public byte FirstBlockNumber { get; init; }
}
