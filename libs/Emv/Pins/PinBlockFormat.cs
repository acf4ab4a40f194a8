namespace PersoMesh.Emv;

/// <summary>The PIN block formats of ISO 9564-1.</summary>
public enum PinBlockFormat
{
    /// <summary>Format 0: PIN and fill F, combined with the PAN; 8 bytes.</summary>
    Iso0,

    /// <summary>Format 1: PIN and random fill, no PAN; 8 bytes.</summary>
    Iso1,

    /// <summary>Format 2: PIN and fill F, no PAN, for ICC commands only; 8 bytes.</summary>
    Iso2,

    /// <summary>Format 3: like format 0 with random fill A to F; 8 bytes.</summary>
    Iso3,

    /// <summary>Format 4: for AES, the PAN enters between two encipherments; 16 bytes.</summary>
    Iso4,
}
