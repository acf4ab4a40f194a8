namespace PersoMesh.FileSystemCard;

/// <summary>Card products for demos and tests.</summary>
public static class Blueprints
{
    /// <summary>The transport password of demo cards: "00000000" in ASCII.</summary>
    public static byte[] DemoTransportPassword => "00000000"u8.ToArray();

    /// <summary>A card with two passwords of 8 bytes (shorter ones are padded by the host) and their resetting codes.</summary>
    public static CardBlueprint Demo(TransmissionProtocol transmission = TransmissionProtocol.T1) => new()
    {
        Product = "File system demo",
        Atr = AnswerToReset(transmission),
        Transmission = transmission,
        Passwords =
        [
            new(1) { MinLength = 8, MaxLength = 8 },
            new(2) { MinLength = 8, MaxLength = 8 },
        ],
        TransportPassword = DemoTransportPassword,
    };

    /// <summary>
    /// Historical bytes in compact TLV (ISO/IEC 7816-4 §8.1.1): card service data (selection by full and partial DF name, EF.DIR and card
    /// data read with READ RECORD or READ BINARY, with MF), then card capabilities (selection by name, path, file identifier, short file
    /// identifier and record number; data units of one byte; no logical channels), then the pre-issuing data "PMFS".
    /// </summary>
    static byte[] AnswerToReset(TransmissionProtocol transmission)
    {
        byte[] historical = [0x80, 0x31, 0xC0, 0x73, 0xFE, 0x21, 0x00, 0x64, .. "PMFS"u8];
        if (transmission == TransmissionProtocol.T0)
            return [0x3B, (byte)historical.Length, .. historical];
        byte[] atr = [0x3B, (byte)(0x80 | historical.Length), 0x01, .. historical, 0];
        atr[^1] = atr[1..].Aggregate((x, y) => (byte)(x ^ y));
        return atr;
    }
}
