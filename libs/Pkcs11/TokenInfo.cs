using PersoMesh.Pkcs11.Native;

namespace PersoMesh.Pkcs11;

/// <summary>A token and the slot it sits in (CK_TOKEN_INFO, PKCS#11 v2.40 §3.2).</summary>
/// <param name="SlotId">The slot's number; SoftHSM changes it when a token is initialized, so prefer the label.</param>
/// <param name="Label">The token's label, without the padding blanks.</param>
/// <param name="Manufacturer">Manufacturer, without the padding blanks.</param>
/// <param name="Model">Model, without the padding blanks.</param>
/// <param name="SerialNumber">Serial number, without the padding blanks.</param>
/// <param name="IsInitialized">True when the token has a label and a user PIN.</param>
/// <param name="FirmwareVersion">Major and minor, with a point.</param>
public sealed record TokenInfo(
    ulong SlotId, string Label, string Manufacturer, string Model, string SerialNumber, bool IsInitialized, string FirmwareVersion)
{
    /// <summary>More than the 208 bytes that CK_TOKEN_INFO has in its largest layout.</summary>
    internal const int BufferLength = 256;

    internal static TokenInfo Parse(ulong slotId, ReadOnlySpan<byte> structure, Abi abi)
    {
        var reader = new StructureReader(structure, abi);
        var label = reader.ReadText(32);
        var manufacturer = reader.ReadText(32);
        var model = reader.ReadText(16);
        var serialNumber = reader.ReadText(16);
        var flags = reader.ReadUlong();
        // Session counts (4), PIN lengths (2), memory sizes (4).
        for (var i = 0; i < 10; i++)
            reader.ReadUlong();
        reader.ReadVersion();
        const ulong Ready = Ckf.TokenInitialized | Ckf.UserPinInitialized;
        return new TokenInfo(slotId, label, manufacturer, model, serialNumber, (flags & Ready) == Ready, reader.ReadVersion());
    }
}
