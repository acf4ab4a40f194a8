using PersoMesh.SmartCard;

namespace PersoMesh.GlobalPlatform;

/// <summary>The PUT KEY command (GPC 2.3.1 §11.8).</summary>
public static class PutKey
{
    /// <summary>Builds the command.</summary>
    /// <param name="replacedVersion">Key version that is replaced, 01 to 7F; 00 adds a new key version.</param>
    /// <param name="newVersion">Key version that the keys will have, 01 to 7F.</param>
    /// <param name="firstKeyIdentifier">
    /// Key identifier of the first key, 00 to 7F; the others follow on. A secure channel key set begins at 1: ENC, MAC, DEK.
    /// </param>
    /// <param name="keys">The keys, at least one.</param>
    /// <exception cref="ArgumentException">A number out of range, or no keys.</exception>
    public static CommandApdu Command(byte replacedVersion, byte newVersion, byte firstKeyIdentifier, params IReadOnlyList<NewKey> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        if (replacedVersion > 0x7F || newVersion is 0 or > 0x7F)
            throw new ArgumentException("A key version is 01 to 7F; the replaced one may be 00 for none.", nameof(newVersion));
        if (keys.Count == 0 || firstKeyIdentifier + keys.Count > 0x80)
            throw new ArgumentException("At least one key, with key identifiers 00 to 7F.", nameof(keys));
        byte[] data = [newVersion, .. keys.SelectMany(k => k.Field.ToArray())];
        return new CommandApdu(0x80, 0xD8, replacedVersion, (byte)(firstKeyIdentifier | (keys.Count > 1 ? 0x80 : 0x00)), data, 256);
    }

    /// <summary>Checks the answer: the card repeats key version and check values of what it decrypted.</summary>
    /// <param name="data">Response data without status word.</param>
    /// <param name="newVersion">As in the command.</param>
    /// <param name="keys">As in the command.</param>
    /// <returns>
    /// False when the card has confirmed something else. Open a session with the new key set to prove it, whatever this says.
    /// </returns>
    public static bool IsConfirmed(ReadOnlySpan<byte> data, byte newVersion, params IReadOnlyList<NewKey> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return data.SequenceEqual((ReadOnlySpan<byte>)[newVersion, .. keys.SelectMany(k => k.CheckValue.ToArray())]);
    }
}
