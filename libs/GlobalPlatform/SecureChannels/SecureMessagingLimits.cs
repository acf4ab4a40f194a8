namespace PersoMesh.GlobalPlatform;

/// <summary>How much plain command data fits in one short APDU once the channel has added its MAC and padding.</summary>
public static class SecureMessagingLimits
{
    /// <summary>The most bytes of command data that <see cref="SecureChannel.Wrap"/> takes without needing an extended length.</summary>
    /// <param name="protocol">SCP02 or SCP03: 8- or 16-byte cipher blocks.</param>
    /// <param name="level">The session's security level.</param>
    /// <param name="s16">SCP03 in S16 mode: 16-byte MACs.</param>
    /// <returns>
    /// 255 in clear; 247 (S16: 239) with C-MAC; 239 (S16: 223) with C-MAC and C-DECRYPTION, whose padding adds at least one byte.
    /// </returns>
    public static int MaxPlainData(SecureChannelProtocol protocol, SecurityLevel level, bool s16 = false)
    {
        if (!level.Has(SecurityLevel.CMac))
            return 255;
        var room = 255 - (s16 ? 16 : 8);
        var block = protocol == SecureChannelProtocol.Scp02 ? 8 : 16;
        return !level.Has(SecurityLevel.CDecryption) ? room : (room / block * block) - 1;
    }
}
