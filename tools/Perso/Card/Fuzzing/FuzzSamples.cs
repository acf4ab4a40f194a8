using System.IO.Compression;

namespace PersoMesh.Perso.Card.Fuzzing;

/// <summary>Well-formed data for the fuzzer to spoil: mostly answers of real cards (tests/vectors says where from).</summary>
static class FuzzSamples
{
    public static IReadOnlyList<byte[]> Tlv { get; } = Hex(
        "6F1A840E315041592E5359532E4444463031A5088801025F2D02656E",
        "6F24840E315041592E5359532E4444463031A5128801015F2D08656E6573667264659F110101",
        "701A61184F07A0000000031010500A564953412044454249548701" + "01",
        "BF3E125A1089882119900000000000000000000005",
        "7081BE9F4681B0" + string.Concat(Enumerable.Repeat("A55A", 88)) + "9F4701039F49039F3704",
        "0000700382013000007003820130" + "0000");

    public static IReadOnlyList<byte[]> Commands { get; } = Hex(
        "80F22002", "80CA006600", "80F220020A4F0212345C054F9F70C5", "80E2910006BF3E035C015A00", "00B0000000FFFF", "00D6000000000401020304",
        "0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800", "00CB3FFF00000A5C085FC102010203045500" + "00");

    public static IReadOnlyList<byte[]> Responses { get; } = Hex("9000", "6A82", "BF3E125A10898821199000000000000000000000059000");

    public static IReadOnlyList<byte[]> Groupings { get; } = Hex(
        "0101057003500141910204A5028801", "900009112233445566778899", "0201FF0100" + new string('7', 512), "9010020303");

    public static IReadOnlyList<byte[]> Atrs { get; } = Hex(
        "3BFE1800008031FE45803180664090A4162A00830F9000EF", "3BFA1300FF813180450031C173C00100009000B1",
        "3BDF96FF910131FE4680319052410264050200AC73D622C017", "3B9F96801FC78031A073BE21136743200718000001A5", "3F00");

    public static IReadOnlyList<byte[]> FileControls { get; } = Hex(
        "62298202782183023F00A5098001F18701008801008A01058B032F060FC60C90012083010183018183010A",
        "62178202412183022FE28A01058B032F06038002000A880110", "62168202110083022900850204008608FF909090FFFFFFFF");

    public static IReadOnlyList<byte[]> InitializeUpdates { get; } = Hex(
        "000074746E6E6E6E6262620102069FAA2A0591E73367DD78794D04315E", "000000000000000000003003703EB51047495B249F66C484C1D2EF1948000002",
        "00000000000000000000300300" + "30760CD2C47C1DD395065FE5EAD8A9D7",
        "00000000000000000000300361C0C1C2C3C4C5C6C7C8C9CACBCCCDCECF650F4664C6A7D37807C7D1E706334477");

    public static IReadOnlyList<byte[]> KeyInformation { get; } = Hex(
        "E020C00401018820C00402018820C00403018820C0060170A180A003C00401718010",
        "E021C00401018010C00402018010C00403018010C00D0173FFA10080A0000301840100", "E00CC00A0120FF80001001000100");

    public static IReadOnlyList<byte[]> Registry { get; } = Hex(
        "E30D4F07A00000000353509F700101E30B4F05A0000000049F700101",
        "E3464F08A0000000030000009F700101C5039EFE80CF0140CF0141CF0142CF0143CF0180CF0181CF0182CF0183C40BD276000005AAFFCAFE0001CE020001CC08A000000003000000");

    public static IReadOnlyList<byte[]> CardData { get; } = Hex(
        "664C734A06072A864886FC6B01600C060A2A864886FC6B02020101630906072A864886FC6B03640B06092A864886FC6B040215650B06092B8510864864020103660C060A2B060104012A026E0102");

    public static IReadOnlyList<byte[]> LifeCycleData { get; } =
        Hex("9F7F2A4790D6004700000000003244342952208448000000000000000015278234323935320000000000000000");

    public static IReadOnlyList<byte[]> Locators { get; } = Hex("080202001001020018010201", "10010100180103012001FE05");

    public static IReadOnlyList<byte[]> ObjectLists { get; } = Hex("9F3704", "9F02069F03069F1A0295055F2A029A039C019F37049F35019F45029F4C089F3403");

    public static IReadOnlyList<byte[]> IcModules { get; } =
    [
        .. Hex(
            "30322E31" + "001F" + "000D" + "0143" + "3030" + "00" + "01" + "06A00000000310" + "000E" + "08" + "06A00000000310" + "00" + "0003" + "00" + "0000" + "0000" + "0000" + "00"),
        IcModule(),
    ];

    public static IReadOnlyList<byte[]> Records { get; } =
    [
        .. IcModules.Select(module => Record(("EMBOSS", "VISITOR 12/29"u8.ToArray()), ("IC", module))),
        [.. Record(("MAG", "B4761739001010119^"u8.ToArray())), .. Record(("PRINT", []))],
    ];

    public static IReadOnlyList<byte[]> CapFiles { get; } = [CapFile(CompressionLevel.NoCompression), CapFile(CompressionLevel.Optimal)];

    static byte[] IcModule()
    {
        byte[] data = [0xEF, 0x0C, 0x01, 0x01, 0x05, 0x70, 0x03, 0x50, 0x01, 0x41, 0x90, 0x10, 0x01, 0x03];
        byte[] keys = [0x01, .. "KEK001"u8, 0x20, 0x11, 0x01, 0x80, 0x00];
        byte[] process = [.. Prefixed(2, [0x80, 0x00, 0x90, 0x00]), 0, 0, 0, 0, 0, 0, 0, 0, 0x03, 0x00];
        byte[] step = [0x0F, 0x01, 0xEF, .. Prefixed(2, process), 0, 0];
        byte[] identity = [.. Prefixed(1, [0xA0, 0, 0, 0, 3, 0x10, 0x10]), .. Prefixed(1, keys)];
        byte[] processing = [0x00, .. Prefixed(2, Prefixed(1, step))];
        byte[] application = [.. Prefixed(1, identity), .. Prefixed(2, processing), 0, 0, .. Prefixed(2, data), .. Prefixed(1, new byte[16]), 1, 2, 3, 4];
        byte[] head = [.. Prefixed(1, "CRN1"u8), .. "00"u8, 0x00, 0x01, .. Prefixed(1, [0xA0, 0, 0, 0, 3, 0x10, 0x10])];
        return [.. "02.1"u8, .. Prefixed(2, [.. Prefixed(2, head), .. Prefixed(2, application)])];
    }

    static byte[] Record(params (string Code, byte[] Data)[] modules)
    {
        byte[] body = [.. modules.SelectMany(m => (byte[])[.. System.Text.Encoding.ASCII.GetBytes(m.Code.PadRight(7)), .. Prefixed(4, m.Data)])];
        return Prefixed(4, body);
    }

    static byte[] Prefixed(int size, ReadOnlySpan<byte> data)
    {
        var result = new byte[size + data.Length];
        for (var i = 0; i < size; i++)
            result[i] = (byte)(data.Length >> (8 * (size - 1 - i)));
        data.CopyTo(result.AsSpan(size));
        return result;
    }

    // Java Card VM specification, chapter 6: two applets of an invented package; the components that nobody reads hold zeros.
    static byte[] CapFile(CompressionLevel level)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            void Add(string name, byte[] component)
            {
                using var entry = zip.CreateEntry($"demo/javacard/{name}.cap", level).Open();
                entry.Write(component);
            }

            Add("Header", [0x01, 0x00, 0x11, 0xDE, 0xCA, 0xFF, 0xED, 0x01, 0x02, 0x04, 0x00, 0x01, 0x07, 0xF0, 0x50, 0x45, 0x52, 0x53, 0x4F, 0x01]);
            Add("Directory", [0x02, 0x00, 0x1F, .. new byte[31]]);
            Add("Applet", [0x03, 0x00, 0x15, 0x02, 0x07, 0xF0, 0x50, 0x45, 0x52, 0x53, 0x4F, 0x02, 0x00, 0x01, 0x07, 0xF0, 0x50, 0x45, 0x52, 0x53, 0x4F, 0x03, 0x00, 0x02]);
            Add("Import", [0x04, 0x00, 0x0B, .. new byte[11]]);
            Add("ConstantPool", [0x05, 0x00, 0x26, .. new byte[38]]);
            Add("Method", [0x07, 0x00, 0x3B, .. new byte[59]]);
        }

        return stream.ToArray();
    }

    static byte[][] Hex(params string[] samples) => [.. samples.Select(Convert.FromHexString)];
}
