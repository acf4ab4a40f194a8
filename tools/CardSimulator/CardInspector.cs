namespace PersoMesh.CardSimulator;

/// <summary>
/// Reads a personalized card as a terminal would, by plain SELECT, GET PROCESSING OPTIONS, READ RECORD and GET DATA only: another way
/// than the one that wrote it. Only the list of installed AIDs comes from the simulator, for no plain command returns it.
/// </summary>
public static class CardInspector
{
    const int RecordNotFound = 0x6A83;
    const int LastSfi = 30;

    /// <summary>Reads all applications. The card is reset before and after, and its faults apply.</summary>
    /// <returns>By AID, hexadecimal upper case.</returns>
    public static IReadOnlyDictionary<string, ApplicationReading> Read(SimulatedCard card)
    {
        card.Reset();
        var readings = card.Applications.ToDictionary(a => a.Aid, a => ReadApplication(card, a.Aid), StringComparer.Ordinal);
        card.Reset();
        return readings;
    }

    /// <summary>CPLC, 42 bytes, by GET DATA 9F7F from the issuer security domain.</summary>
    public static byte[] ReadCplc(SimulatedCard card)
    {
        card.Reset();
        var (data, _) = Send(card, [0x80, 0xCA, 0x9F, 0x7F, 0x00]);
        return Value(data);
    }

    /// <summary>VERIFY with a plaintext PIN, as a terminal sends it (EMV Book 3 §6.5.12). A wrong PIN counts.</summary>
    /// <returns>Status word: 9000, 63Cx, 6983, or that of a failed SELECT.</returns>
    public static int VerifyPin(SimulatedCard card, string aid, string pin)
    {
        var (_, selected) = Select(card, aid);
        var block = Convert.FromHexString($"2{pin.Length:X1}{pin}".PadRight(16, 'F'));
        return selected == StatusWord.Ok ? Send(card, [0x00, 0x20, 0x00, 0x80, (byte)block.Length, .. block]).Status : selected;
    }

    static ApplicationReading ReadApplication(SimulatedCard card, string aid)
    {
        var (fci, status) = Select(card, aid);
        if (status != StatusWord.Ok)
            return new(status, fci, [], new Dictionary<RecordNumber, byte[]>(), new Dictionary<int, byte[]>(), PinTriesLeft: null);
        var (options, _) = Send(card, [0x80, 0xA8, 0x00, 0x00, 0x02, 0x83, 0x00, 0x00]);
        return new(status, fci, options, Records(card), DataObjects(card), PinTriesLeft(card));
    }

    static Dictionary<RecordNumber, byte[]> Records(SimulatedCard card)
    {
        Dictionary<RecordNumber, byte[]> records = [];
        for (var sfi = 1; sfi <= LastSfi; sfi++)
        {
            for (var record = 1; record <= byte.MaxValue; record++)
            {
                var (data, status) = Send(card, [0x00, 0xB2, (byte)record, (byte)(sfi << 3 | 0x04), 0x00]);
                if (status == StatusWord.Ok)
                    records[new(sfi, record)] = data;
                else if (status != RecordNotFound)
                    break;
            }
        }

        return records;
    }

    static Dictionary<int, byte[]> DataObjects(SimulatedCard card)
    {
        Dictionary<int, byte[]> objects = [];
        var (list, status) = Send(card, [0x80, 0xCA, 0x00, 0x5C, 0x00]);
        ReadOnlySpan<byte> tags = status == StatusWord.Ok ? Value(list) : [];
        while (!tags.IsEmpty)
        {
            var length = (tags[0] & 0x1F) == 0x1F ? 2 : 1;
            var tag = length == 2 ? tags[0] << 8 | tags[1] : tags[0];
            tags = tags[length..];
            var (data, _) = Send(card, [0x80, 0xCA, (byte)(tag >> 8), (byte)tag, 0x00]);
            objects[tag] = BerTlv.TryRead(data, out var found, out var value, out _) && found == tag ? value.ToArray() : data;
        }

        return objects;
    }

    static int? PinTriesLeft(SimulatedCard card)
    {
        var (_, status) = Send(card, [0x00, 0x20, 0x00, 0x80]);
        return status == StatusWord.AuthenticationBlocked ? 0 : (status & 0xFFF0) == StatusWord.TriesLeft ? status & 0x0F : null;
    }

    static (byte[] Data, int Status) Select(SimulatedCard card, string aid)
    {
        var name = Convert.FromHexString(aid);
        return Send(card, [0x00, 0xA4, 0x04, 0x00, (byte)name.Length, .. name, 0x00]);
    }

    // 61xx and 6Cxx as a T=0 reader handles them.
    static (byte[] Data, int Status) Send(SimulatedCard card, byte[] command)
    {
        var response = card.Transmit(command);
        if (response[^2] == 0x6C)
            response = card.Transmit([.. command[..^1], response[^1]]);
        var data = response[..^2];
        while (response[^2] == 0x61)
        {
            response = card.Transmit([0x00, 0xC0, 0x00, 0x00, response[^1]]);
            data = [.. data, .. response[..^2]];
        }

        return (data, response[^2] << 8 | response[^1]);
    }

    static byte[] Value(byte[] tlv) => BerTlv.TryRead(tlv, out _, out var value, out _) ? value.ToArray() : [];
}

/// <summary>What plain commands return of an application.</summary>
/// <param name="SelectStatus">Status word of SELECT; all else is empty when it is not 9000.</param>
/// <param name="Fci">File control information, tag 6F and all.</param>
/// <param name="ProcessingOptions">Response to GET PROCESSING OPTIONS (77 …); empty without one.</param>
/// <param name="Records">Records by SFI and number.</param>
/// <param name="DataObjects">Values (without tag and length) by tag, of GET DATA.</param>
/// <param name="PinTriesLeft">PIN tries left; null without a PIN.</param>
public sealed record ApplicationReading(
    int SelectStatus,
    byte[] Fci,
    byte[] ProcessingOptions,
    IReadOnlyDictionary<RecordNumber, byte[]> Records,
    IReadOnlyDictionary<int, byte[]> DataObjects,
    int? PinTriesLeft);

/// <summary>Where a record is.</summary>
/// <param name="Sfi">Short file identifier, 1 to 30.</param>
/// <param name="Number">Record number, 1 to 255.</param>
public sealed record RecordNumber(int Sfi, int Number)
{
    public override string ToString() => $"SFI {Sfi} record {Number}";
}
