using System.Globalization;
using PersoMesh.Emv;
using PersoMesh.Perso.Commands;
using PersoMesh.SmartCard;
using PersoMesh.SmartCard.Tlv;

namespace PersoMesh.Perso.Card;

/// <summary>A GENERATE AC as it stands in a dump.</summary>
/// <param name="Data">Command data: the values for CDOL1 or CDOL2.</param>
/// <param name="AsksForSignature">Whether P1 asks for a CDA signature.</param>
/// <param name="Response">Response data.</param>
sealed record DumpedGenerateAc(ReadOnlyMemory<byte> Data, bool AsksForSignature, ReadOnlyMemory<byte> Response);

/// <summary>What a card answered, read from a text of exchanges or of named data elements. Holds cardholder data.</summary>
sealed class EmvDump
{
    const ushort GetProcessingOptions = 0x80A8;
    const ushort GenerateAc = 0x80AE;
    const ushort InternalAuthenticate = 0x0088;
    const ushort ReadRecord = 0x00B2;
    const ushort SelectApplication = 0x00A4;
    const byte GetResponse = 0xC0;

    readonly string _source;
    readonly Dictionary<RecordId, ReadOnlyMemory<byte>> _records = [];
    readonly List<DumpedGenerateAc> _generateAcs = [];
    ReadOnlyMemory<byte>? _aid;
    ReadOnlyMemory<byte>? _locator;
    ushort? _profile;
    ReadOnlyMemory<byte>? _signature;
    ReadOnlyMemory<byte> _ddolData;

    EmvDump(string source) => _source = source;

    /// <summary>The values that were sent for the PDOL.</summary>
    public ReadOnlyMemory<byte> ProcessingOptionsData { get; private set; }

    public InternalAuthenticateExchange? InternalAuthentication { get; private set; }

    public IReadOnlyList<DumpedGenerateAc> GenerateAcs => _generateAcs;

    /// <exception cref="UserErrorException">No file, a line that is none, or no application in it; names the line.</exception>
    public static EmvDump Read(string path)
    {
        if (path != "-" && !File.Exists(path))
            throw new UserErrorException($"There is no file '{path}'.");
        var dump = new EmvDump(path == "-" ? "standard input" : path);
        dump.Read(path == "-" ? Lines(Console.In) : File.ReadLines(path));
        return dump;
    }

    /// <summary>The application for the check.</summary>
    /// <exception cref="UserErrorException">AID, AIP or AFL are missing, or malformed.</exception>
    public CardApplicationData Application()
    {
        if (_aid is not { } aid)
            throw new UserErrorException($"{_source}: no AID; the dump needs SELECT with its answer, or a line 4F=.");
        if (_profile is not { } profile || _locator is not { } locator)
            throw new UserErrorException($"{_source}: no AIP and AFL; the dump needs GET PROCESSING OPTIONS with its answer, or lines 82= and 94=.");
        try
        {
            return new CardApplicationData(aid, profile, ApplicationFileLocator.Parse(locator.Span), _records);
        }
        catch (Exception e) when (e is CardDataException or ArgumentException)
        {
            throw new UserErrorException($"{_source}: {e.Message.Split(" (Parameter")[0]}", e);
        }
    }

    static IEnumerable<string> Lines(TextReader reader)
    {
        while (reader.ReadLine() is { } line)
            yield return line;
    }

    void Read(IEnumerable<string> lines)
    {
        CommandApdu? command = null;
        List<byte> collected = [];
        var number = 0;
        foreach (var raw in lines)
        {
            number++;
            var line = raw.Split('#')[0].Trim();
            var place = $"{_source}, line {number}";
            if (line.StartsWith('>'))
            {
                var sent = ParseCommand(line[1..], place);
                // GET RESPONSE brings the answer to the command before it.
                if (sent.Ins == GetResponse && command is not null)
                    continue;
                (command, collected) = (sent, []);
            }
            else if (line.StartsWith('<'))
            {
                var answer = ParseAnswer(line[1..], place);
                collected.AddRange(answer.Data.Span);
                if (command is null)
                    throw new UserErrorException($"{place}: an answer without a command before it.");
                if (answer.IsSuccess)
                    Take(command, collected.ToArray(), place);
                if (answer.StatusWord >> 8 != 0x61)
                    command = null;
            }
            else if (line.Length > 0)
            {
                var (_, name, value) = NamedLines.Read([line], place).Single();
                Take(name, HexInput.Parse(value, place), place);
            }
        }

        if (_signature is { } signature)
        {
            using var writer = new TlvWriter();
            InternalAuthentication = new(_ddolData, writer.Write(0x80, signature.Span).ToArray());
        }
    }

    static CommandApdu ParseCommand(string hex, string place) => CommandApdu.TryParse(HexInput.Parse(hex, place), out var command)
        ? command
        : throw new UserErrorException($"{place}: no command APDU: its lengths do not add up.");

    static ResponseApdu ParseAnswer(string hex, string place) => ResponseApdu.TryParse(HexInput.Parse(hex, place), out var answer)
        ? answer
        : throw new UserErrorException($"{place}: no response APDU: shorter than a status word.");

    void Take(CommandApdu command, byte[] answer, string place)
    {
        switch ((ushort)((command.Cla << 8) | command.Ins))
        {
            case SelectApplication when command.P1 == 0x04:
                _aid = TlvReader.TryFind(answer, out var name, 0x6F, 0x84) ? name.ToArray() : command.Data;
                break;
            case GetProcessingOptions:
                TakeProcessingOptions(command, answer, place);
                break;
            case ReadRecord when (command.P2 & 0x07) == 0x04:
                _records[new((byte)(command.P2 >> 3), command.P1)] = answer;
                break;
            case InternalAuthenticate:
                InternalAuthentication = new(command.Data, answer);
                break;
            case GenerateAc:
                _generateAcs.Add(new(command.Data, (command.P1 & 0x10) != 0, answer));
                break;
        }
    }

    void TakeProcessingOptions(CommandApdu command, byte[] answer, string place)
    {
        if (_profile is not null)
            throw new UserErrorException($"{place}: a second GET PROCESSING OPTIONS; one dump holds one application.");
        ProcessingOptionsData = TlvReader.TryFind(command.Data.Span, out var values, 0x83) ? values.ToArray() : default;
        if (TlvReader.TryFind(answer, out var format1, 0x80) && format1.Length >= 2)
            (_profile, _locator) = (Number(format1[..2]), format1[2..].ToArray());
        else if (TlvReader.TryFind(answer, out var profile, 0x77, 0x82) && profile.Length == 2 && TlvReader.TryFind(answer, out var locator, 0x77, 0x94))
            (_profile, _locator) = (Number(profile), locator.ToArray());
        else
            throw new UserErrorException($"{place}: the answer to GET PROCESSING OPTIONS is neither template 80 nor template 77 with 82 and 94.");
    }

    void Take(string name, byte[] value, string place)
    {
        switch (name)
        {
            case "4f" or "84":
                _aid = value;
                break;
            case "82":
                _profile = value.Length == 2 ? Number(value) : throw new UserErrorException($"{place}: the AIP has 2 bytes.");
                break;
            case "94":
                _locator = value;
                break;
            case "9f4b":
                _signature = value;
                break;
            case "ddol-data":
                _ddolData = value;
                break;
            default:
                _records[RecordOf(name, place)] = value;
                break;
        }
    }

    static RecordId RecordOf(string name, string place) =>
        name.Split('.') is [var sfi, var record]
        && byte.TryParse(sfi, NumberStyles.None, CultureInfo.InvariantCulture, out var file)
        && byte.TryParse(record, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new(file, number)
            : throw new UserErrorException($"{place}: '{name}' is none of 4F, 82, 94, 9F4B, ddol-data, or SFI.RECORD as in 1.2.");

    static ushort Number(ReadOnlySpan<byte> bytes) => (ushort)((bytes[0] << 8) | bytes[1]);
}
