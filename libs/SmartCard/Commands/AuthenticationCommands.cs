namespace PersoMesh.SmartCard.Commands;

/// <summary>
/// Commands by which card and outside world prove themselves to each other (ISO/IEC 7816-4 §7.5), class 00. The builders make commands and
/// send nothing; data are not copied.
/// </summary>
/// <remarks>
/// P1 is the reference of the algorithm and P2 that of the key: 00 when they are known from the security environment; bit 8 of P2 marks a
/// key of the current DF. GlobalPlatform and EMV have commands of the same names in class 80 and with other parameters.
/// </remarks>
public static class AuthenticationCommands
{
    /// <summary>GET CHALLENGE: the card returns a random number and remembers it for the next command.</summary>
    /// <param name="length">Length of the challenge in bytes; 256 lets the card choose.</param>
    /// <param name="algorithm">Reference of the algorithm that will use it, or 00.</param>
    public static CommandApdu GetChallenge(int length, byte algorithm = 0x00) => new(0x00, 0x84, algorithm, 0x00, ne: length);

    /// <summary>
    /// EXTERNAL AUTHENTICATE: the card checks what the outside world made of its challenge. Failures may be counted by the card.
    /// </summary>
    /// <param name="authenticationData">Cryptogram; empty asks for the number of tries left.</param>
    /// <param name="key">Reference of the key, or 00.</param>
    /// <param name="algorithm">Reference of the algorithm, or 00.</param>
    public static CommandApdu ExternalAuthenticate(ReadOnlyMemory<byte> authenticationData, byte key = 0x00, byte algorithm = 0x00) =>
        new(0x00, 0x82, algorithm, key, authenticationData);

    /// <summary>MUTUAL AUTHENTICATE: EXTERNAL AUTHENTICATE to which the card answers with a cryptogram of its own.</summary>
    /// <param name="authenticationData">Cryptogram.</param>
    /// <param name="length">Length of the card's cryptogram in bytes; 256 lets the card choose.</param>
    /// <param name="key">Reference of the key, or 00.</param>
    /// <param name="algorithm">Reference of the algorithm, or 00.</param>
    public static CommandApdu MutualAuthenticate(
        ReadOnlyMemory<byte> authenticationData, int length = 256, byte key = 0x00, byte algorithm = 0x00) =>
        new(0x00, 0x82, algorithm, key, authenticationData, length);

    /// <summary>INTERNAL AUTHENTICATE: the card proves that it has a key.</summary>
    /// <param name="challenge">What the card is to work on.</param>
    /// <param name="length">Length of the card's cryptogram in bytes; 256 lets the card choose.</param>
    /// <param name="key">Reference of the key, or 00.</param>
    /// <param name="algorithm">Reference of the algorithm, or 00.</param>
    public static CommandApdu InternalAuthenticate(
        ReadOnlyMemory<byte> challenge, int length = 256, byte key = 0x00, byte algorithm = 0x00) =>
        new(0x00, 0x88, algorithm, key, challenge, length);
}
