using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace PersoMesh.SmartCard.FileSystem;

/// <summary>
/// Operations in the access mode byte of security attributes in compact format (ISO/IEC 7816-4 §5.4.3.1). The low three bits mean one thing
/// for an EF and another for a DF.
/// </summary>
public static class AccessMode
{
    /// <summary>EF: READ BINARY, READ RECORD, SEARCH.</summary>
    public const byte Read = 0x01;

    /// <summary>EF: UPDATE and ERASE.</summary>
    public const byte Update = 0x02;

    /// <summary>EF: WRITE BINARY, WRITE RECORD, APPEND RECORD.</summary>
    public const byte Write = 0x04;

    /// <summary>DF: DELETE FILE of a child.</summary>
    public const byte DeleteChild = 0x01;

    /// <summary>DF: CREATE FILE of an EF.</summary>
    public const byte CreateEf = 0x02;

    /// <summary>DF: CREATE FILE of a DF.</summary>
    public const byte CreateDf = 0x04;

    /// <summary>DEACTIVATE FILE.</summary>
    public const byte Deactivate = 0x08;

    /// <summary>ACTIVATE FILE.</summary>
    public const byte Activate = 0x10;

    /// <summary>TERMINATE EF, DF or CARD USAGE.</summary>
    public const byte Terminate = 0x20;

    /// <summary>DELETE FILE of the file itself.</summary>
    public const byte DeleteSelf = 0x40;
}

/// <summary>Security condition bytes of security attributes in compact format (ISO/IEC 7816-4 §5.4.3.1).</summary>
public static class SecurityCondition
{
    /// <summary>00: no condition.</summary>
    public const byte Always = 0x00;

    /// <summary>FF: never allowed.</summary>
    public const byte Never = 0xFF;

    /// <summary>Bit 5: user authentication (password). Low nibble: number of the security environment.</summary>
    public const byte UserAuthentication = 0x10;

    /// <summary>Bit 6: external authentication.</summary>
    public const byte ExternalAuthentication = 0x20;

    /// <summary>Bit 7: secure messaging.</summary>
    public const byte SecureMessaging = 0x40;

    /// <summary>Bit 8: all the conditions that are named must hold; without it one is enough.</summary>
    public const byte AllOf = 0x80;
}

/// <summary>An operation and what must hold for it.</summary>
/// <param name="Operation">One bit of <see cref="AccessMode"/>.</param>
/// <param name="Condition">A security condition byte (<see cref="SecurityCondition"/>).</param>
public sealed record AccessCondition(byte Operation, byte Condition);

/// <summary>
/// One access rule in compact format (ISO/IEC 7816-4 §5.4.3.1): an access mode byte, then a security condition byte for each bit set in it.
/// </summary>
public sealed class CompactAccessRule
{
    const string Structure = "security attributes in compact format";

    CompactAccessRule(byte mode, ReadOnlyMemory<byte> conditions) => (Mode, Conditions) = (mode, conditions);

    /// <summary>Operations that the rule speaks of (<see cref="AccessMode"/>); with bit 8 set, bits 7 to 4 are proprietary.</summary>
    public byte Mode { get; }

    /// <summary>One byte for each of bits 7 to 1 of the mode that is set, from bit 7 down (<see cref="SecurityCondition"/>).</summary>
    public ReadOnlyMemory<byte> Conditions { get; }

    /// <summary>
    /// The condition for an operation, or null when the rule does not speak of it: then ISO leaves it to the card, and most refuse.
    /// </summary>
    /// <param name="operation">One bit of <see cref="AccessMode"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not a single bit of 7 to 1.</exception>
    public byte? ConditionFor(byte operation)
    {
        if (operation > 0x40 || !BitOperations.IsPow2(operation))
            throw new ArgumentOutOfRangeException(nameof(operation), operation, "One bit of 7 to 1 names an operation.");
        if ((Mode & operation) == 0)
            return null;
        var higher = Mode & 0x7F & ~((operation << 1) - 1);
        return Conditions.Span[BitOperations.PopCount((uint)higher)];
    }

    /// <summary>Makes a rule from operations and their conditions.</summary>
    /// <param name="conditions">In any order.</param>
    /// <exception cref="ArgumentException">An operation is not a single bit of 7 to 1, or comes twice.</exception>
    public static CompactAccessRule Create(params ReadOnlySpan<AccessCondition> conditions)
    {
        var sorted = conditions.ToArray();
        Array.Sort(sorted, (x, y) => y.Operation.CompareTo(x.Operation));
        byte mode = 0;
        foreach (var (operation, _) in sorted)
        {
            if (operation > 0x40 || !BitOperations.IsPow2(operation) || (mode & operation) != 0)
                throw new ArgumentException($"Operation {operation:X2} is not a single bit, or comes twice.", nameof(conditions));
            mode |= operation;
        }

        return new(mode, Array.ConvertAll(sorted, pair => pair.Condition));
    }

    /// <summary>The value of tag 8C with this rule alone.</summary>
    public byte[] ToArray() => [Mode, .. Conditions.Span];

    /// <summary>Parses the value of tag 8C: rules one after the other, of which one that is met is enough.</summary>
    /// <param name="value">The value; not copied.</param>
    /// <param name="rules">The rules in order.</param>
    /// <returns>False when condition bytes are missing at the end.</returns>
    public static bool TryParse(ReadOnlyMemory<byte> value, [NotNullWhen(true)] out IReadOnlyList<CompactAccessRule>? rules) =>
        Read(value, out rules) is null;

    /// <summary>Parses the value of tag 8C: rules one after the other, of which one that is met is enough.</summary>
    /// <param name="value">The value; not copied.</param>
    /// <exception cref="CardDataException">Condition bytes are missing at the end.</exception>
    public static IReadOnlyList<CompactAccessRule> Parse(ReadOnlyMemory<byte> value) =>
        Read(value, out var rules) is { } error ? throw error.ToException() : rules!;

    static CardDataError? Read(ReadOnlyMemory<byte> value, out IReadOnlyList<CompactAccessRule>? rules)
    {
        rules = null;
        List<CompactAccessRule> read = [];
        for (var at = 0; at < value.Length;)
        {
            var mode = value.Span[at];
            var count = BitOperations.PopCount((uint)(mode & 0x7F));
            if (at + 1 + count > value.Length)
                return new(Structure, at, "fewer condition bytes than bits in the access mode byte");
            read.Add(new(mode, value.Slice(at + 1, count)));
            at += 1 + count;
        }

        rules = read;
        return null;
    }
}
