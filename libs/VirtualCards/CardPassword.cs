using System.Security.Cryptography;
using PersoMesh.VirtualCards.Layout;

namespace PersoMesh.VirtualCards;

/// <summary>The value of a card's password and of its resetting code. Zeroed when its image is disposed.</summary>
public sealed class CardPassword
{
    byte[] _value;
    readonly byte[]? _resettingCode;

    internal CardPassword(PasswordSlot slot, byte[] value, byte[]? resettingCode) =>
        (Slot, _value, _resettingCode) = (slot, value, resettingCode);

    /// <summary>Which password.</summary>
    public PasswordSlot Slot { get; }

    /// <summary>The digits in ASCII; a view that the image owns.</summary>
    public ReadOnlySpan<byte> Value => _value;

    /// <summary>The digits of the resetting code (PUK) in ASCII, empty when the password has none; a view that the image owns.</summary>
    public ReadOnlySpan<byte> ResettingCode => _resettingCode;

    /// <summary>Replaces the value, as when the issuer or the holder has chosen it.</summary>
    /// <param name="digits">ASCII digits; copied.</param>
    /// <returns>Why it is refused, or null when it was replaced.</returns>
    public PasswordFault? Choose(ReadOnlySpan<byte> digits)
    {
        if (Slot.Rules.Check(digits) is { } fault)
            return fault;
        Clear();
        _value = digits.ToArray();
        return null;
    }

    /// <summary>A new array, that the caller zeroes, with the value as the card wants it.</summary>
    public byte[] Encode() => Slot.Coding.Encode(_value);

    /// <summary>Name and reference only.</summary>
    public override string ToString() => $"{Slot.Name} (reference {Slot.Reference})";

    internal static CardPassword Generate(PasswordSlot slot, RandomSource random) =>
        new(slot, slot.Rules.Generate(random), slot.ResettingCode?.Generate(random));

    internal void ClearAll()
    {
        Clear();
        CryptographicOperations.ZeroMemory(_resettingCode);
    }

    void Clear() => CryptographicOperations.ZeroMemory(_value);
}
