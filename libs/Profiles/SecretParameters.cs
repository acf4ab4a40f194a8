namespace PersoMesh.Profiles;

/// <summary>What the Security service needs to make a <see cref="SecretPart"/> for one card. Cardholder data: never logged.</summary>
public abstract record SecretParameters
{
    /// <summary>The kind of part only.</summary>
    public sealed override string ToString() => GetType().Name;
}

/// <summary>For <see cref="EmvMasterKeyPart"/>.</summary>
/// <param name="Master">Label of the issuer master key.</param>
/// <param name="Pan">8 to 19 digits.</param>
/// <param name="Sequence">Two digits.</param>
public sealed record EmvMasterKeyParameters(string Master, string Pan, string Sequence) : SecretParameters;

/// <summary>For <see cref="PinBlockPart"/>.</summary>
/// <param name="Block">8 enciphered bytes, 16 in format 4.</param>
/// <param name="Key">Label of the key that they are enciphered under.</param>
/// <param name="Pan">13 to 19 digits, or null.</param>
/// <param name="From">Format that arrives.</param>
/// <param name="To">Format for the card.</param>
public sealed record PinBlockParameters(byte[] Block, string Key, string? Pan, PinFormat From, PinFormat To) : SecretParameters;

/// <summary>For <see cref="AesKeyPart"/>.</summary>
/// <param name="Master">Label of the master key.</param>
/// <param name="Diversifier">1 to 32 bytes.</param>
public sealed record AesKeyParameters(string Master, byte[] Diversifier) : SecretParameters;

/// <summary>For <see cref="CardKeyPart"/>.</summary>
/// <param name="Component">Which number.</param>
/// <param name="Use">Of which key pair.</param>
public sealed record CardKeyParameters(CardKeyComponent Component, CardKeyUse Use) : SecretParameters;

/// <summary>For <see cref="RandomPart"/>.</summary>
/// <param name="Length">Bytes.</param>
public sealed record RandomParameters(int Length) : SecretParameters;

/// <summary>For <see cref="WrappedPart"/>.</summary>
/// <param name="Wrapped">The wrapped secret.</param>
/// <param name="Key">Label of the key that it is wrapped under.</param>
public sealed record WrappedParameters(byte[] Wrapped, string Key) : SecretParameters;
