using System.Security.Cryptography;
using PersoMesh.Keys;
using PersoMesh.SmartCard.DataGrouping;

namespace PersoMesh.Emv;

/// <summary>
/// How the value of a secret data grouping is brought to whole cipher blocks. The card removes nothing: its profile says which it wants.
/// </summary>
public enum GroupingPadding
{
    /// <summary>Not at all: a value that is not whole blocks is an error.</summary>
    None,

    /// <summary>80 and zeros after the value, only when it is not whole blocks.</summary>
    Pad80,

    /// <summary>Zeros after the value, only when it is not whole blocks.</summary>
    Zeros,
}

/// <summary>
/// Clear values of secret data groupings (keys, private key parts) on their way to encipherment. Values lie in pinned buffers that are
/// zeroed on <see cref="Dispose"/>.
/// </summary>
/// <param name="blockSize">8 for cards with DES keys, 16 for AES: what padded values are a multiple of.</param>
/// <param name="padding">How values become whole blocks.</param>
/// <remarks>Not thread-safe.</remarks>
public sealed class SecretGroupings(int blockSize, GroupingPadding padding) : IDisposable
{
    readonly List<(ushort Id, byte[] Value)> _groupings = [];

    /// <summary>Identifiers in the order in which they were added.</summary>
    public IEnumerable<ushort> Ids => _groupings.Select(g => g.Id);

    /// <summary>Adds a value.</summary>
    /// <param name="id">Identifier of the data grouping.</param>
    /// <param name="value">The clear value; copied. The caller zeroes its own buffer.</param>
    /// <exception cref="ArgumentException">The value is not whole blocks and is not to be padded.</exception>
    public void Add(ushort id, ReadOnlySpan<byte> value) => value.CopyTo(Reserve(id, value.Length));

    /// <summary>Adds the card's three symmetric keys (DGI 8000).</summary>
    /// <param name="keys">The issuer master keys.</param>
    /// <param name="pan">The application PAN.</param>
    /// <param name="panSequenceNumber">0 to 99; 0 when the card has none.</param>
    /// <param name="id">Identifier of the data grouping.</param>
    /// <exception cref="ArgumentException">A key does not suit the option.</exception>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public void AddCardKeys(IssuerMasterKeys keys, Pan pan, int panSequenceNumber, ushort id = GroupingIds.CardKeys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        keys.ComputeKeyData(pan, panSequenceNumber, Reserve(id, keys.KeyDataLength));
    }

    /// <summary>
    /// Adds the CRT parts of a private key in ascending order of identifiers: q⁻¹ mod p, d mod (q − 1), d mod (p − 1), q, p, each half as
    /// long as the modulus, left zero filled.
    /// </summary>
    /// <param name="key">The key with its CRT parts; the caller zeroes its arrays.</param>
    /// <param name="firstId">Identifier of the first part: 8201, 8301 or 8401.</param>
    /// <exception cref="ArgumentException">A part is missing, or a value is not whole blocks and is not to be padded.</exception>
    public void AddRsaCrt(RSAParameters key, ushort firstId = GroupingIds.IccCrt)
    {
        if (key.Modulus is null || key.InverseQ is null || key.DQ is null || key.DP is null || key.Q is null || key.P is null)
            throw new ArgumentException("A CRT part of the RSA key is missing.", nameof(key));
        var width = (key.Modulus.Length + 1) / 2;
        var id = firstId;
        foreach (var part in new[] { key.InverseQ, key.DQ, key.DP, key.Q, key.P })
            BigEndian.Copy(part, Reserve(id++, width));
    }

    /// <summary>Adds private exponent and modulus, for cards without CRT.</summary>
    /// <param name="key">The key; the caller zeroes its arrays.</param>
    /// <param name="exponentId">8101, or 8102 for the PIN encipherment key.</param>
    /// <param name="modulusId">8103, or 8104 for the PIN encipherment key.</param>
    /// <exception cref="ArgumentException">A part is missing, or a value is not whole blocks and is not to be padded.</exception>
    public void AddRsaExponent(
        RSAParameters key, ushort exponentId = GroupingIds.IccPrivateExponent, ushort modulusId = GroupingIds.IccModulus)
    {
        if (key.Modulus is null || key.D is null)
            throw new ArgumentException("Modulus or private exponent of the RSA key is missing.", nameof(key));
        BigEndian.Copy(key.D, Reserve(exponentId, key.Modulus.Length));
        key.Modulus.CopyTo(Reserve(modulusId, key.Modulus.Length));
    }

    /// <summary>Deciphers and adds a data grouping of a personalization record, to be enciphered again for the card.</summary>
    /// <param name="grouping">The data grouping, enciphered.</param>
    /// <param name="key">The transport key.</param>
    /// <param name="mode">ECB, or CBC with a zero initial value.</param>
    /// <exception cref="ArgumentException">The value is not whole blocks of the key, or not of the card's and not to be padded.</exception>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public void AddEnciphered(Dgi grouping, ISecretKey key, TransportKeyMode mode)
    {
        ArgumentNullException.ThrowIfNull(grouping);
        var keyBlock = BlockOf(key, mode);
        var length = grouping.Value.Length;
        if (length % keyBlock != 0)
            throw new ArgumentException(
                $"The value of DGI {grouping.Id:X4} has {length} bytes: not whole blocks of {keyBlock}.", nameof(grouping));
        var value = Reserve(grouping.Id, length);
        if (mode == TransportKeyMode.Ecb)
            key.DecryptEcb(grouping.Value.Span, value);
        else
            key.DecryptCbc(new byte[keyBlock], grouping.Value.Span, value);
    }

    /// <summary>Enciphers every value under a transport key or a session's data encryption key.</summary>
    /// <param name="key">The key; its block size must divide that of the groupings.</param>
    /// <param name="mode">ECB, or CBC with a zero initial value for each data grouping.</param>
    /// <returns>The data groupings in the order in which they were added.</returns>
    /// <exception cref="ArgumentException">The key's blocks are larger than those that the values were padded to.</exception>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public IReadOnlyList<Dgi> Encipher(ISecretKey key, TransportKeyMode mode)
    {
        var keyBlock = BlockOf(key, mode);
        if (blockSize % keyBlock != 0)
            throw new ArgumentException($"Values are whole blocks of {blockSize} bytes, {key.Algorithm} needs {keyBlock}.", nameof(key));
        var result = new List<Dgi>(_groupings.Count);
        foreach (var (id, value) in _groupings)
        {
            var enciphered = new byte[value.Length];
            if (mode == TransportKeyMode.Ecb)
                key.EncryptEcb(value, enciphered);
            else
                key.EncryptCbc(new byte[keyBlock], value, enciphered);
            result.Add(new Dgi(id, enciphered));
        }

        return result;
    }

    /// <summary>Zeroes all values.</summary>
    public void Dispose()
    {
        foreach (var (_, value) in _groupings)
            CryptographicOperations.ZeroMemory(value);
        _groupings.Clear();
    }

    /// <summary>Identifiers only.</summary>
    public override string ToString() => $"secret DGIs {string.Join(" ", Ids.Select(id => id.ToString("X4")))}";

    static int BlockOf(ISecretKey key, TransportKeyMode mode)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (mode is not (TransportKeyMode.Ecb or TransportKeyMode.Cbc))
            throw new ArgumentException($"Mode {(int)mode:X2} is neither ECB (11) nor CBC (10).", nameof(mode));
        return key.Algorithm == KeyAlgorithm.Aes ? 16 : 8;
    }

    /// <summary>Makes room for a value, with the padding after it already in place.</summary>
    Span<byte> Reserve(ushort id, int length)
    {
        var padded = (length + blockSize - 1) / blockSize * blockSize;
        if (length == 0 || (padded != length && padding == GroupingPadding.None))
            throw new ArgumentException($"The value of DGI {id:X4} has {length} bytes: not whole blocks of {blockSize}.", nameof(length));
        var value = GC.AllocateArray<byte>(padded, pinned: true);
        if (padded != length && padding == GroupingPadding.Pad80)
            value[length] = 0x80;
        _groupings.Add((id, value));
        return value.AsSpan(0, length);
    }
}
