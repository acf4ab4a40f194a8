namespace PersoMesh.GlobalPlatform;

/// <summary>
/// The challenge that a card with pseudo-random challenges will send (SCP02 i bit 40, SCP03 i bit 10), so that a host can check it or
/// prepare a session before the card is there.
/// </summary>
public static class CardChallenge
{
    /// <summary>SCP02 (GPC 2.3.1 §E.4.2.3): the left 6 bytes of the retail MAC of the AID under the C-MAC session key.</summary>
    /// <param name="keys">The card's static keys; only Key-MAC is used.</param>
    /// <param name="sequenceCounter">The key set's current sequence counter, as INITIALIZE UPDATE will return it.</param>
    /// <param name="aid">The selected application's AID, exactly as the card knows it (5 to 16 bytes).</param>
    public static byte[] ComputeScp02(CardKeys keys, ushort sequenceCounter, ReadOnlySpan<byte> aid)
    {
        ArgumentNullException.ThrowIfNull(keys);
        using var key = Scp02Kdf.DeriveCMac(keys, sequenceCounter);
        var mac = new byte[8];
        key.ComputeMac(new byte[8], Padding.Pad(aid, 8), mac);
        return mac[..6];
    }

    /// <summary>SCP03 (GPC Amendment D 1.1.1 §6.2.2.1): the KDF with Key-ENC over counter ‖ AID.</summary>
    /// <param name="keys">The card's static keys; only Key-ENC is used.</param>
    /// <param name="sequenceCounter">
    /// The 24-bit counter that INITIALIZE UPDATE will return. The card advances it first: it is the last one seen plus 1.
    /// </param>
    /// <param name="aid">The selected application's AID, exactly as the card knows it (5 to 16 bytes).</param>
    /// <param name="s16">S16 mode: 16 bytes instead of 8.</param>
    public static byte[] ComputeScp03(CardKeys keys, int sequenceCounter, ReadOnlySpan<byte> aid, bool s16 = false)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return Scp03Kdf.DeriveData(
            keys.Enc,
            Scp03Kdf.CardChallenge,
            [(byte)(sequenceCounter >> 16), (byte)(sequenceCounter >> 8), (byte)sequenceCounter, .. aid],
            s16 ? 16 : 8);
    }
}
