using System.CommandLine;
using System.Globalization;
using PersoMesh.SmartCard.AnswerToReset;

namespace PersoMesh.Perso.Card;

/// <summary><c>perso atr</c>: takes an answer-to-reset apart.</summary>
static class AtrCommand
{
    public static Command Create()
    {
        var data = new Argument<string>("HEX") { Description = "The answer-to-reset as the reader reports it; '-' reads standard input." };
        var json = new Option<bool>("--json") { Description = "For a script." };
        var command = new Command("atr", """
            Take an answer-to-reset apart (ISO/IEC 7816-3): protocols, speed, guard times, historical bytes, checksum.

            Exit status: 0 when it is one, 1 when it is malformed or its checksum is wrong or missing, 2 when the argument is not
            hexadecimal.

              perso atr 3BFE1800008031FE45803180664090A4162A00830F9000EF       Estonian identity card 2011: T=0 and T=1
              perso atr 3B9F96801FC78031A073BE21136743200718000001A5 --json    sysmoUSIM-SJS1: its voltages
            """)
        {
            data, json,
        };
        command.SetAction((parsed, _) => CardOutput.RunAsync(() =>
        {
            var bytes = HexInput.Read(parsed.GetValue(data)!, "HEX");
            var error = Atr.TryParse(bytes, out var atr) ? null : Fault(bytes);
            if (parsed.GetValue(json))
                CardOutput.WriteJson(new { atr = atr is null ? null : AtrView.From(atr), error = ErrorView.From(error) });
            else if (atr is not null)
                Print(AtrView.From(atr));
            if (error is { } fault)
                return CardOutput.Refuse(fault);
            return atr!.Checksum is AtrChecksum.Correct or AtrChecksum.NotUsed ? 0 : Commands.Guarded.Failure;
        }));
        return command;
    }

    static SmartCard.CardDataError? Fault(byte[] bytes)
    {
        try
        {
            Atr.Parse(bytes);
            return null;
        }
        catch (SmartCard.CardDataException e)
        {
            return e.Error;
        }
    }

    static void Print(AtrView atr)
    {
        Line("convention", atr.Convention);
        Line("protocols", string.Join(", ", atr.Protocols.Select(protocol => $"T={protocol}")) + (atr.SpecificMode is { } mode ? $"; TA2 fixes T={mode}" : ""));
        Line("speed", $"F = {Or(atr.ClockRateConversion)}, D = {Or(atr.BaudRateAdjustment)}, up to {Or(atr.MaxClockMegahertz)} MHz");
        Line("extra guard time", atr.ExtraGuardTime == 255 ? "the shortest the protocol allows" : $"{atr.ExtraGuardTime} etu");
        if (atr.WaitingTimeInteger is { } wi)
            Line("T=0", $"waiting time integer {wi}");
        if (atr.BlockProtocol is { } block)
            Line("T=1", $"IFSC {Or(block.InformationFieldSize)}, BWI {block.BlockWaitingInteger}, CWI {block.CharacterWaitingInteger}, {(block.UsesCrc ? "CRC" : "LRC")}");
        if (atr.Voltages is { } voltages)
            Line("voltages", $"class {voltages}");
        foreach (var group in atr.InterfaceBytes)
            Line($"TA{group.Index} TB{group.Index} TC{group.Index} TD{group.Index}", $"{group.Ta ?? "-"} {group.Tb ?? "-"} {group.Tc ?? "-"} {group.Td ?? "-"}");
        Line("historical bytes", atr.HistoricalBytes.Value + (atr.HistoricalBytes.Text is { } text ? $"  \"{text}\"" : ""));
        foreach (var item in atr.HistoricalBytes.Objects)
            Line($"  4{item.Tag}", item.Value.Length == 0 ? "(empty)" : item.Value);
        if (atr.HistoricalBytes.LifeCycle is { } lifeCycle)
            Line("  life cycle", lifeCycle);
        if (atr.HistoricalBytes.StatusWord is { } statusWord)
            Line("  status word", statusWord);
        if (atr.HistoricalBytes.Capabilities is { } capabilities)
            Line("  capabilities", capabilities);
        Line("checksum TCK", atr.Checksum);
    }

    static string Or(IFormattable? value) => value?.ToString(null, CultureInfo.InvariantCulture) ?? "reserved";

    static void Line(string name, string value) => Console.WriteLine($"{name,-18}{value}");
}
