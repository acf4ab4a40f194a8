namespace PersoMesh.SmartCard.FileSystem;

/// <summary>The life cycle status byte of a file or card (ISO/IEC 7816-4 §5.3.3, tag 8A).</summary>
/// <remarks>Any byte may occur: values of 10 and above are proprietary, 06, 07 and 0D to 0F mean the same as the one named here.</remarks>
public enum LifeCycleStatus : byte
{
    /// <summary>00: the card does not say.</summary>
    NoInformation = 0x00,

    /// <summary>01: being created.</summary>
    Creation = 0x01,

    /// <summary>03: being filled; security attributes are not yet, or differently, in force.</summary>
    Initialisation = 0x03,

    /// <summary>04 (and 06): operational, switched off.</summary>
    Deactivated = 0x04,

    /// <summary>05 (and 07): operational, in use.</summary>
    Activated = 0x05,

    /// <summary>0C (to 0F): at its end; cannot be undone.</summary>
    Terminated = 0x0C,
}
