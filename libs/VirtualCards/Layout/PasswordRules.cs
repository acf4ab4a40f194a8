using System.Security.Cryptography;

namespace PersoMesh.VirtualCards.Layout;

/// <summary>Why a password is refused.</summary>
public enum PasswordFault
{
    /// <summary>Fewer digits than the rules ask for.</summary>
    TooShort,

    /// <summary>More digits than the rules allow.</summary>
    TooLong,

    /// <summary>A character that is no digit.</summary>
    NotDigits,

    /// <summary>Digits that follow a pattern: see <see cref="PasswordRules.RefuseTrivial"/>.</summary>
    Trivial,
}

/// <summary>Rules for a PIN or PUK. Values are digits in ASCII, in buffers that their owner zeroes.</summary>
/// <param name="MinLength">Fewest digits, at least 4.</param>
/// <param name="MaxLength">Most digits, at most 16.</param>
public sealed record PasswordRules(int MinLength = 4, int MaxLength = 8)
{
    /// <summary>The fewest digits that any rules may ask for.</summary>
    public const int Shortest = 4;

    /// <summary>The most digits that any rules may allow.</summary>
    public const int Longest = 16;

    /// <summary>How many digits a generated value has; 0 for <see cref="MinLength"/>.</summary>
    public int GeneratedLength { get; init; }

    /// <summary>
    /// Refuses values that are guessed first: digits with one step between them, counted round (0000, 1234, 8901, 9753), and a shorter
    /// group repeated (1212, 123123).
    /// </summary>
    public bool RefuseTrivial { get; init; } = true;

    int Length => GeneratedLength == 0 ? MinLength : GeneratedLength;

    /// <summary>Checks a value.</summary>
    /// <param name="digits">ASCII digits.</param>
    /// <returns>What is wrong first, or null.</returns>
    public PasswordFault? Check(ReadOnlySpan<byte> digits)
    {
        if (digits.Length < MinLength)
            return PasswordFault.TooShort;
        if (digits.Length > MaxLength)
            return PasswordFault.TooLong;
        if (digits.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            return PasswordFault.NotDigits;
        return RefuseTrivial && (HasOneStep(digits) || RepeatsAGroup(digits)) ? PasswordFault.Trivial : null;
    }

    /// <summary>Makes a value that follows the rules; all values that do are equally likely.</summary>
    /// <param name="random">Source of random bytes.</param>
    /// <returns>ASCII digits in a new array that the caller zeroes.</returns>
    public byte[] Generate(RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var digits = GC.AllocateUninitializedArray<byte>(Length, pinned: true);
        do
        {
            for (var i = 0; i < digits.Length; i++)
                digits[i] = (byte)('0' + RandomDigit(random));
        }
        while (Check(digits) is not null);
        return digits;
    }

    /// <summary>What is wrong with the rules themselves, as the end of a sentence; null when nothing is.</summary>
    internal string? Fault =>
        MinLength < Shortest || MaxLength > Longest || MinLength > MaxLength ? $"must have {Shortest} to {Longest} digits"
        : Length < MinLength || Length > MaxLength ? "must be generated with a length that its rules allow"
        : null;

    static bool HasOneStep(ReadOnlySpan<byte> digits)
    {
        var step = (digits[1] - digits[0] + 10) % 10;
        for (var i = 2; i < digits.Length; i++)
        {
            if ((digits[i] - digits[i - 1] + 10) % 10 != step)
                return false;
        }

        return true;
    }

    static bool RepeatsAGroup(ReadOnlySpan<byte> digits)
    {
        for (var group = 1; group <= digits.Length / 2; group++)
        {
            if (digits.Length % group == 0 && digits[group..].SequenceEqual(digits[..^group]))
                return true;
        }

        return false;
    }

    // 250 is the greatest multiple of ten in a byte: what lies above would favour small digits.
    static int RandomDigit(RandomSource random)
    {
        Span<byte> one = stackalloc byte[1];
        do
            random(one);
        while (one[0] >= 250);
        var digit = one[0] % 10;
        CryptographicOperations.ZeroMemory(one);
        return digit;
    }
}
