namespace PersoMesh.Emv;

/// <summary>
/// A PIN block does not hold a PIN: it was enciphered under another key, made in another format or for another PAN, or damaged. The
/// message does not say which check failed: a caller that could tell would learn something of the PIN.
/// </summary>
public sealed class PinBlockException(PinBlockFormat format)
    : Exception($"Not a PIN block of {format}: check the zone key, the format and the PAN that the PIN block was made with.")
{
    /// <summary>The format that was expected.</summary>
    public PinBlockFormat Format { get; } = format;
}
