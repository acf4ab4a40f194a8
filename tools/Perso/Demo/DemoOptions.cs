namespace PersoMesh.Perso.Demo;

/// <summary>What a demonstration run does.</summary>
sealed record DemoOptions
{
    /// <summary>Card objects; null for made-up ones.</summary>
    public string? File { get; init; }

    public string? Format { get; init; }

    public string Profile { get; init; } = "emv-debit";

    public string ProfileFolder { get; init; } = InstallFolder.Profiles;

    public int Cards { get; init; } = 100;

    public int Stations { get; init; } = 4;

    /// <summary>Folder for report and pictures.</summary>
    public required string Output { get; init; }

    public int ApduDelayMilliseconds { get; init; }

    /// <summary>Every Nth simulated card is pulled out, has a wrong cryptogram or no memory; 0 = never.</summary>
    public int PullOutEvery { get; init; }

    public int WrongCryptogramEvery { get; init; }

    public int MemoryFullEvery { get; init; }

    /// <summary>PKCS#11 library, token label and PIN file instead of the in-process module.</summary>
    public HsmOptions? Hsm { get; init; }

    /// <summary>Show no progress.</summary>
    public bool IsQuiet { get; init; }

    /// <summary>Write pictures and keep the simulated cards.</summary>
    public bool KeepCards { get; init; } = true;
}

/// <summary>A PKCS#11 token for a run.</summary>
/// <param name="Library">The vendor's library.</param>
/// <param name="Token">The token's label.</param>
/// <param name="PinFile">Holds the user PIN.</param>
/// <param name="SoftHsmConfiguration">What SOFTHSM2_CONF must name in the Security service; null for other tokens.</param>
sealed record HsmOptions(string Library, string Token, string PinFile, string? SoftHsmConfiguration = null);
