namespace PersoMesh.CardSimulator.Persistence;

/// <summary>The card's non-volatile memory: all that survives a reset, and what <see cref="SimulatedCard.Save"/> writes.</summary>
sealed class CardState
{
    public const int CurrentFormat = 1;

    /// <summary>Memory for each registry entry beside its data, in bytes.</summary>
    public const int EntryBytes = 64;

    public int Format { get; set; } = CurrentFormat;

    public required string Product { get; init; }

    public required byte[] Atr { get; init; }

    public required string SerialNumber { get; init; }

    public required SecureChannelProtocol Protocol { get; init; }

    public required byte ProtocolOptions { get; init; }

    public required TransmissionProtocol Transmission { get; init; }

    public required string IsdAid { get; set; }

    public required byte[] Cplc { get; init; }

    public required byte[] KeyDiversificationData { get; init; }

    public required int AuthenticationLimit { get; init; }

    public required int EepromBytes { get; init; }

    public int UsedBytes { get; set; }

    public byte LifeCycle { get; set; } = LifeCycles.OpReady;

    public List<KeySetState> KeySets { get; init; } = [];

    /// <summary>Data objects of the issuer security domain (42, 45, 66 …) by tag.</summary>
    public Dictionary<int, byte[]> DataObjects { get; init; } = [];

    public List<PackageState> Packages { get; init; } = [];

    public List<ApplicationState> Applications { get; init; } = [];
}

/// <summary>Life cycle states, GPC 2.3.1 §11.1.1.</summary>
static class LifeCycles
{
    public const byte OpReady = 0x01;
    public const byte Initialized = 0x07;
    public const byte Secured = 0x0F;
    public const byte CardLocked = 0x7F;
    public const byte Terminated = 0xFF;
    public const byte ApplicationInstalled = 0x03;
    public const byte ApplicationSelectable = 0x07;
    public const byte ApplicationPersonalized = 0x0F;
    public const byte LockedBit = 0x80;
    public const byte PackageLoaded = 0x01;
}

sealed class KeySetState
{
    public required byte Version { get; init; }

    public required KeyType Type { get; init; }

    public required StaticKeys Keys { get; set; }

    public int Counter { get; set; }

    public int FailedAuthentications { get; set; }
}

sealed class PackageState
{
    public required string Aid { get; init; }

    public List<ModuleBlueprint> Modules { get; init; } = [];

    /// <summary>Memory its code takes; 0 for code in ROM.</summary>
    public int Bytes { get; init; }
}

sealed class ApplicationState
{
    public required string Aid { get; init; }

    public required string PackageAid { get; init; }

    public required ModuleBlueprint Module { get; init; }

    public required byte[] Privileges { get; init; }

    public byte LifeCycle { get; set; }

    public bool IsPersonalized { get; set; }

    /// <summary>Memory taken by the instance and its data.</summary>
    public int Bytes { get; set; }

    public byte[] InstallParameters { get; init; } = [];

    public byte[] Fci { get; set; } = [];

    public byte[] ProcessingOptions { get; set; } = [];

    /// <summary>Records by SFI × 256 + record number.</summary>
    public Dictionary<int, byte[]> Records { get; init; } = [];

    /// <summary>Clear data objects by tag.</summary>
    public Dictionary<int, byte[]> DataObjects { get; init; } = [];

    /// <summary>Decrypted secret data groupings by identifier.</summary>
    public Dictionary<int, byte[]> Secrets { get; init; } = [];

    /// <summary>Data groupings received since the personalization began.</summary>
    public HashSet<int> LoadedDgis { get; init; } = [];

    public string? Pin { get; set; }

    public int PinTriesLeft { get; set; } = 3;

    public int PinTryLimit { get; set; } = 3;
}
