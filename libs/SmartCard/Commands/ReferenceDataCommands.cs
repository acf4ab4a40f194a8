namespace PersoMesh.SmartCard.Commands;

/// <summary>
/// Commands on passwords, the standard's reference data (ISO/IEC 7816-4 §7.5), class 00. The builders make commands and send nothing.
/// </summary>
/// <remarks>
/// The reference goes into P2: 00 none, low five bits the number, bit 8 set for a password of the current DF instead of the whole card.
/// Passwords are taken in the form that the card compares. <see cref="CommandApdu.Data"/> of the result holds them: what the builder has
/// put together from two is a new array that belongs to the command, and the caller zeroes it when the command is sent.
/// </remarks>
public static class ReferenceDataCommands
{
    /// <summary>Set in a reference when the password belongs to the current DF.</summary>
    public const byte Local = 0x80;

    /// <summary>VERIFY: compares a password. A wrong one costs a try.</summary>
    /// <param name="reference">Reference of the password.</param>
    /// <param name="verificationData">The password; not empty, not copied.</param>
    /// <exception cref="ArgumentException">No password: see <see cref="QueryTries"/>.</exception>
    public static CommandApdu Verify(byte reference, ReadOnlyMemory<byte> verificationData) => verificationData.IsEmpty
        ? throw new ArgumentException("VERIFY without data asks for the number of tries left.", nameof(verificationData))
        : new(0x00, 0x20, 0x00, reference, verificationData);

    /// <summary>
    /// VERIFY without data: asks how many tries are left (63Cx), or whether the password is verified already or not needed (9000).
    /// </summary>
    /// <param name="reference">Reference of the password.</param>
    public static CommandApdu QueryTries(byte reference) => new(0x00, 0x20, 0x00, reference);

    /// <summary>CHANGE REFERENCE DATA: sets a new password against the old one (P1 = 00).</summary>
    /// <param name="reference">Reference of the password.</param>
    /// <param name="oldData">The password that is in force; copied.</param>
    /// <param name="newData">The password to be; copied.</param>
    public static CommandApdu Change(byte reference, ReadOnlySpan<byte> oldData, ReadOnlySpan<byte> newData) =>
        new(0x00, 0x24, 0x00, reference, Concat(oldData, newData));

    /// <summary>CHANGE REFERENCE DATA: sets a password without the old one (P1 = 01), as in personalization.</summary>
    /// <param name="reference">Reference of the password.</param>
    /// <param name="newData">The password to be; not copied.</param>
    public static CommandApdu Set(byte reference, ReadOnlyMemory<byte> newData) => new(0x00, 0x24, 0x01, reference, newData);

    /// <summary>RESET RETRY COUNTER: against a resetting code, with a new password (P1 = 00).</summary>
    /// <param name="reference">Reference of the blocked password.</param>
    /// <param name="resettingCode">The resetting code (PUK); copied.</param>
    /// <param name="newData">The password to be; copied.</param>
    public static CommandApdu ResetRetryCounter(byte reference, ReadOnlySpan<byte> resettingCode, ReadOnlySpan<byte> newData) =>
        new(0x00, 0x2C, 0x00, reference, Concat(resettingCode, newData));

    /// <summary>RESET RETRY COUNTER: against a resetting code, the password stays (P1 = 01).</summary>
    /// <param name="reference">Reference of the blocked password.</param>
    /// <param name="resettingCode">The resetting code (PUK); not copied.</param>
    public static CommandApdu ResetRetryCounterByCode(byte reference, ReadOnlyMemory<byte> resettingCode) =>
        new(0x00, 0x2C, 0x01, reference, resettingCode);

    /// <summary>RESET RETRY COUNTER: with a new password, allowed by the security status alone (P1 = 02).</summary>
    /// <param name="reference">Reference of the blocked password.</param>
    /// <param name="newData">The password to be; not copied.</param>
    public static CommandApdu ResetRetryCounterToNew(byte reference, ReadOnlyMemory<byte> newData) =>
        new(0x00, 0x2C, 0x02, reference, newData);

    /// <summary>RESET RETRY COUNTER: allowed by the security status alone, the password stays (P1 = 03).</summary>
    /// <param name="reference">Reference of the blocked password.</param>
    public static CommandApdu ResetRetryCounterOnly(byte reference) => new(0x00, 0x2C, 0x03, reference);

    static byte[] Concat(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second) => [.. first, .. second];
}
