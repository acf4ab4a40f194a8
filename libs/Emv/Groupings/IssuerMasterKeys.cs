using PersoMesh.Keys;
using PersoMesh.SmartCard.DataGrouping;

namespace PersoMesh.Emv;

/// <summary>The three issuer master keys of an application and how card keys are derived from them.</summary>
/// <param name="ApplicationCryptogram">IMK for application cryptograms.</param>
/// <param name="Integrity">IMK for secure messaging, MAC.</param>
/// <param name="Confidentiality">IMK for secure messaging, encipherment.</param>
/// <param name="Option">The derivation option.</param>
/// <remarks>Does not own the keys.</remarks>
public sealed record IssuerMasterKeys(
    ISecretKey ApplicationCryptogram, ISecretKey Integrity, ISecretKey Confidentiality, MasterKeyOption Option)
{
    /// <summary>Length in bytes of the three card keys together: 48 for 3DES and AES-128.</summary>
    public int KeyDataLength => All.Sum(IccMasterKey.LengthOf);

    ISecretKey[] All => [ApplicationCryptogram, Integrity, Confidentiality];

    /// <summary>Computes the card's three keys one after the other: the clear value of DGI 8000.</summary>
    /// <param name="pan">The application PAN.</param>
    /// <param name="panSequenceNumber">0 to 99; 0 when the card has none.</param>
    /// <param name="destination">Exactly <see cref="KeyDataLength"/> bytes; owned by the caller, who zeroes it.</param>
    /// <exception cref="ArgumentException">A key does not suit the option, or the destination has another length.</exception>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public void ComputeKeyData(Pan pan, int panSequenceNumber, Span<byte> destination)
    {
        if (destination.Length != KeyDataLength)
            throw new ArgumentException(
                $"The card keys have {KeyDataLength} bytes, the destination {destination.Length}.", nameof(destination));
        foreach (var key in All)
        {
            var length = IccMasterKey.LengthOf(key);
            IccMasterKey.ComputeKeyData(key, Option, pan, panSequenceNumber, destination[..length]);
            destination = destination[length..];
        }
    }

    /// <summary>Computes the key check values of the card's three keys: DGI 9000. The keys stay in the security module.</summary>
    /// <param name="pan">The application PAN.</param>
    /// <param name="panSequenceNumber">0 to 99; 0 when the card has none.</param>
    /// <param name="id">Identifier of the data grouping.</param>
    /// <param name="length">Bytes of each key check value, 3 to 8.</param>
    /// <exception cref="ArgumentException">A key does not suit the option.</exception>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public Dgi KeyCheckValues(
        Pan pan, int panSequenceNumber, ushort id = GroupingIds.CardKeyCheckValues, int length = KeyCheckValue.Length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, KeyCheckValue.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, 8);
        var values = new byte[3 * length];
        for (var i = 0; i < 3; i++)
        {
            using var cardKey = IccMasterKey.DeriveKey(All[i], Option, pan, panSequenceNumber);
            KeyCheckValue.Compute(cardKey, values.AsSpan(i * length, length));
        }

        return new Dgi(id, values);
    }

    /// <summary>The option only.</summary>
    public override string ToString() => $"issuer master keys, option {Option}";
}
