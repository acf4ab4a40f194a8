using System.Globalization;

namespace PersoMesh.Profiles;

/// <summary>Data grouping identifier (EMV CPS): two bytes, written as four hex digits.</summary>
/// <param name="Value">First byte in the high half.</param>
public readonly record struct DgiId(ushort Value)
{
    byte First => (byte)(Value >> 8);

    /// <summary>True for 01xx to 1Exx: the first byte is the short file identifier, the second the record number.</summary>
    public bool IsRecord => First is >= 0x01 and <= 0x1E;

    /// <summary>True for 01xx to 0Axx, SFI 1 to 10: EMV requires the record to be a template with tag 70 (EMV Book 3 §5.3.2.2).</summary>
    public bool IsEmvRecord => First is >= 0x01 and <= 0x0A;

    /// <summary>True when the value may be sent encrypted under the data encryption key: first byte 80 or above, but not 9x.</summary>
    public bool MayBeSecret => First >= 0x80 && First >> 4 != 9;

    /// <summary>True for 80xx to 8Fxx, whose value is always sent encrypted.</summary>
    public bool MustBeSecret => First >> 4 == 8;

    /// <summary>Reads four hex digits.</summary>
    public static bool TryParse(string text, out DgiId dgi)
    {
        var isDgi = ushort.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) && text.Length == 4;
        dgi = new(value);
        return isDgi;
    }

    /// <summary>Four hex digits.</summary>
    public override string ToString() => Value.ToString("X4", CultureInfo.InvariantCulture);
}
