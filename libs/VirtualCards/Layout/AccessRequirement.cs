namespace PersoMesh.VirtualCards.Layout;

/// <summary>What must hold before a card does something to a file. How a card codes it is its agent's affair.</summary>
public readonly record struct AccessRequirement
{
    // What nobody has set is forbidden.
    const byte NeverCode = 0x00;
    const byte AlwaysCode = 0xFF;

    readonly byte _code;

    AccessRequirement(byte code) => _code = code;

    /// <summary>Nothing: anybody may.</summary>
    public static AccessRequirement Always => new(AlwaysCode);

    /// <summary>Nobody may.</summary>
    public static AccessRequirement Never => new(NeverCode);

    /// <summary>True when anybody may.</summary>
    public bool IsAlways => _code == AlwaysCode;

    /// <summary>True when nobody may.</summary>
    public bool IsNever => _code == NeverCode;

    /// <summary>Reference of the password that must have been verified; null when none is asked for.</summary>
    public byte? Password => IsAlways || IsNever ? null : _code;

    /// <summary>A password must have been verified.</summary>
    /// <param name="reference">Its reference, 1 to 14: what the compact format of security attributes has room for.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not 1 to 14.</exception>
    public static AccessRequirement AfterPassword(byte reference)
    {
        ArgumentOutOfRangeException.ThrowIfZero(reference);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(reference, (byte)14);
        return new(reference);
    }

    /// <summary><c>always</c>, <c>never</c> or <c>password 1</c>.</summary>
    public override string ToString() => IsAlways ? "always" : IsNever ? "never" : $"password {_code}";
}

/// <summary>Access conditions of an EF. What else can be done to a file (deactivate, terminate, delete) is never allowed.</summary>
/// <param name="Read">READ BINARY, READ RECORD.</param>
/// <param name="Update">UPDATE BINARY, UPDATE RECORD.</param>
/// <param name="Append">APPEND RECORD; without meaning for a transparent EF.</param>
public sealed record EfAccess(AccessRequirement Read, AccessRequirement Update, AccessRequirement Append)
{
    /// <summary>Read by anybody, changed by nobody.</summary>
    public static EfAccess ReadOnly { get; } = new(AccessRequirement.Always, AccessRequirement.Never, AccessRequirement.Never);

    /// <summary>Neither read nor changed: keys.</summary>
    public static EfAccess None { get; } = new(AccessRequirement.Never, AccessRequirement.Never, AccessRequirement.Never);
}

/// <summary>Access conditions of a DF. What else can be done to a file (deactivate, terminate, delete) is never allowed.</summary>
/// <param name="CreateFiles">CREATE FILE in it.</param>
/// <param name="DeleteFiles">DELETE FILE of its children.</param>
public sealed record DfAccess(AccessRequirement CreateFiles, AccessRequirement DeleteFiles)
{
    /// <summary>Nothing is created or deleted any more.</summary>
    public static DfAccess None { get; } = new(AccessRequirement.Never, AccessRequirement.Never);
}
