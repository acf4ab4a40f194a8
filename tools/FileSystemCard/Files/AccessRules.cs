using System.Numerics;

namespace PersoMesh.FileSystemCard.Files;

/// <summary>Operations in the access mode byte of the compact format (ISO/IEC 7816-4 §5.4.3.1).</summary>
static class Operation
{
    public const byte Read = 0x01;
    public const byte Update = 0x02;
    public const byte Append = 0x04;
    public const byte CreateEf = 0x02;
    public const byte CreateDf = 0x04;
    public const byte Activate = 0x10;
}

/// <summary>
/// Security attributes in compact format (ISO/IEC 7816-4 §5.4.3.1). A security condition byte is 00 (always), FF (never), or 1n or 9n: user
/// authentication in security environment n, which on this card is VERIFY of password n.
/// </summary>
static class AccessRules
{
    /// <summary>Checks what CREATE FILE brings: conditions that the card could not enforce are refused, not ignored.</summary>
    /// <exception cref="CardStatusException">6A80: malformed or unknown condition; 6A88: no such password.</exception>
    public static void Check(ReadOnlySpan<byte> rules, Func<int, bool> hasPassword)
    {
        while (!rules.IsEmpty)
        {
            var mode = rules[0];
            var count = BitOperations.PopCount(mode);
            CardStatusException.ThrowIf((mode & 0x80) != 0 || rules.Length < 1 + count, StatusWord.WrongData);
            foreach (var condition in rules.Slice(1, count))
            {
                if (condition is 0x00 or 0xFF)
                    continue;
                var password = PasswordOf(condition);
                CardStatusException.ThrowIf(password == 0, StatusWord.WrongData);
                CardStatusException.ThrowIf(!hasPassword(password), StatusWord.ReferenceNotFound);
            }

            rules = rules[(1 + count)..];
        }
    }

    /// <summary>Whether one of the rules allows the operation. What no rule speaks of is not allowed.</summary>
    /// <param name="rules">Value of tag 8C; null when the file has none.</param>
    /// <param name="operation">One bit of the access mode byte.</param>
    /// <param name="isVerified">Whether a password is verified.</param>
    public static bool Allow(ReadOnlySpan<byte> rules, byte operation, Func<int, bool> isVerified)
    {
        while (!rules.IsEmpty)
        {
            var mode = rules[0];
            if ((mode & operation) != 0)
            {
                var condition = rules[1 + BitOperations.PopCount((uint)(mode & ~((operation << 1) - 1)))];
                if (condition == 0x00 || (condition != 0xFF && isVerified(PasswordOf(condition))))
                    return true;
            }

            rules = rules[(1 + BitOperations.PopCount(mode))..];
        }

        return false;
    }

    // 0 stands for a condition that this card does not know: external authentication, secure messaging, no environment.
    static int PasswordOf(byte condition) => (condition & 0x70) == 0x10 && (condition & 0x0F) != 0x0F ? condition & 0x0F : 0;
}
