using PersoMesh.SmartCard;

namespace PersoMesh.GlobalPlatform;

/// <summary>The INITIALIZE UPDATE command, which opens a secure channel (GPC 2.3.1 §E.5.1, GPC Amendment D §7.1.1).</summary>
public static class InitializeUpdate
{
    /// <summary>Builds the command.</summary>
    /// <param name="keyVersion">Key version number; 00 lets the card take its first available key set.</param>
    /// <param name="hostChallenge">8 bytes (SCP02, SCP03 S8) or 16 bytes (SCP03 S16), fresh random; copied.</param>
    /// <exception cref="ArgumentException">The challenge has another length.</exception>
    public static CommandApdu Command(byte keyVersion, ReadOnlySpan<byte> hostChallenge) => hostChallenge.Length is 8 or 16
        ? new CommandApdu(0x80, 0x50, keyVersion, 0x00, hostChallenge.ToArray(), 256)
        : throw new ArgumentException("A host challenge has 8 bytes, or 16 in SCP03 S16 mode.", nameof(hostChallenge));
}
