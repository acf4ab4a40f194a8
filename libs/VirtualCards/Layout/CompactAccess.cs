using PersoMesh.SmartCard.FileSystem;

namespace PersoMesh.VirtualCards.Layout;

/// <summary>
/// Access conditions in compact format (ISO/IEC 7816-4 §5.4.3.1). Password n is user authentication in security environment n: which
/// password an environment asks for is the card's affair, and this is the assignment that cards are ordered with.
/// </summary>
static class CompactAccess
{
    const byte EnvironmentMask = 0x0F;

    /// <summary>All seven operations of an EF: what a rule does not speak of is left to the card.</summary>
    public static byte[] Encode(EfAccess access) => CompactAccessRule.Create(
        new(AccessMode.Read, Code(access.Read)),
        new(AccessMode.Update, Code(access.Update)),
        new(AccessMode.Write, Code(access.Append)),
        new(AccessMode.Deactivate, SecurityCondition.Never),
        new(AccessMode.Activate, SecurityCondition.Never),
        new(AccessMode.Terminate, SecurityCondition.Never),
        new(AccessMode.DeleteSelf, SecurityCondition.Never)).ToArray();

    /// <summary>All seven operations of a DF.</summary>
    public static byte[] Encode(DfAccess access) => CompactAccessRule.Create(
        new(AccessMode.DeleteChild, Code(access.DeleteFiles)),
        new(AccessMode.CreateEf, Code(access.CreateFiles)),
        new(AccessMode.CreateDf, Code(access.CreateFiles)),
        new(AccessMode.Deactivate, SecurityCondition.Never),
        new(AccessMode.Activate, SecurityCondition.Never),
        new(AccessMode.Terminate, SecurityCondition.Never),
        new(AccessMode.DeleteSelf, SecurityCondition.Never)).ToArray();

    /// <summary>Reads what <see cref="Encode(EfAccess)"/> wrote.</summary>
    public static EfAccess DecodeEf(ReadOnlyMemory<byte> value)
    {
        var rule = CompactAccessRule.Parse(value)[0];
        return new(Requirement(rule, AccessMode.Read), Requirement(rule, AccessMode.Update), Requirement(rule, AccessMode.Write));
    }

    /// <summary>Reads what <see cref="Encode(DfAccess)"/> wrote.</summary>
    public static DfAccess DecodeDf(ReadOnlyMemory<byte> value)
    {
        var rule = CompactAccessRule.Parse(value)[0];
        return new(Requirement(rule, AccessMode.CreateEf), Requirement(rule, AccessMode.DeleteChild));
    }

    static byte Code(AccessRequirement requirement) => requirement switch
    {
        { IsAlways: true } => SecurityCondition.Always,
        { Password: { } reference } => (byte)(SecurityCondition.UserAuthentication | reference),
        _ => SecurityCondition.Never,
    };

    static AccessRequirement Requirement(CompactAccessRule rule, byte operation) => rule.ConditionFor(operation) switch
    {
        SecurityCondition.Always => AccessRequirement.Always,
        { } code and not SecurityCondition.Never => AccessRequirement.AfterPassword((byte)(code & EnvironmentMask)),
        _ => AccessRequirement.Never,
    };
}
