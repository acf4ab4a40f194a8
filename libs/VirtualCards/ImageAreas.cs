namespace PersoMesh.VirtualCards;

/// <summary>
/// The areas of a virtual smart card. Each is encrypted under a key of its own, so that one can be opened while the others stay closed.
/// The fifth area of the classic design, the unique identifier, is not encrypted: the image is found by it.
/// </summary>
[Flags]
public enum ImageAreas
{
    /// <summary>None; of an EF: it holds the unique identifier itself.</summary>
    Identifier = 0,

    /// <summary>The structure of the card, and files whose content anybody may know who holds the card.</summary>
    Public = 1,

    /// <summary>Files whose content is the holder's.</summary>
    Private = 2,

    /// <summary>Files with keys.</summary>
    Keys = 4,

    /// <summary>Passwords (PIN) and their resetting codes (PUK).</summary>
    Passwords = 8,

    /// <summary>All of them.</summary>
    All = Public | Private | Keys | Passwords,
}
