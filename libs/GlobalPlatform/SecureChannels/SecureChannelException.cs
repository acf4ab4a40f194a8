namespace PersoMesh.GlobalPlatform;

/// <summary>A secure channel cannot be opened, or not be used any longer. The message holds no key, challenge or data.</summary>
public class SecureChannelException : Exception
{
    /// <summary>Creates the exception.</summary>
    public SecureChannelException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}

/// <summary>
/// The card cryptogram in the answer to INITIALIZE UPDATE is not the one that our keys give. Nothing has been sent that the card
/// would count as a failed authentication: do not send EXTERNAL AUTHENTICATE.
/// </summary>
public sealed class CardCryptogramMismatchException(SecureChannelProtocol protocol, byte keyVersion)
    : SecureChannelException($"{protocol}: the card cryptogram does not match for key version {keyVersion:X2}. The card holds other " +
        "keys, or they are diversified in another way than the profile says. EXTERNAL AUTHENTICATE must not be sent; search with the " +
        "candidate keys.")
{
    /// <summary>The key version number that the card reported.</summary>
    public byte KeyVersion { get; } = keyVersion;
}

/// <summary>
/// A response that must carry a valid R-MAC does not: it was changed on its way, belongs to another command, or was never protected.
/// </summary>
public sealed class ResponseMacMismatchException(int commandNumber, string reason)
    : SecureChannelException($"Response to command {commandNumber} of the session: {reason}. The session is dead, and what the card did " +
        "is unknown.")
{
    /// <summary>Number of the command, counted from 1 after EXTERNAL AUTHENTICATE.</summary>
    public int CommandNumber { get; } = commandNumber;
}
