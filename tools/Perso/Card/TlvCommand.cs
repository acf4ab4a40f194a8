using System.CommandLine;
using PersoMesh.SmartCard.Tlv;

namespace PersoMesh.Perso.Card;

/// <summary><c>perso tlv</c>: takes BER-TLV, or data groupings, apart.</summary>
static class TlvCommand
{
    public static Command Create()
    {
        var data = new Argument<string>("HEX") { Description = "The data in hexadecimal; '-' reads standard input." };
        var padding = new Option<bool>("--padding") { Description = "Skip 00 bytes around data objects, as in EMV records." };
        var dgi = new Option<bool>("--dgi") { Description = "The data are data groupings (EMV CPS), with BER-TLV in those that have it." };
        var json = new Option<bool>("--json") { Description = "For a script." };
        var command = new Command("tlv", """
            Take BER-TLV apart: offset, tag, length, name and value of every data object.

            Shows what can be read up to the first fault. Exit status: 0 when all is well-formed, 1 when not (standard error
            says at which byte and why), 2 when the argument is not hexadecimal.

              perso tlv 6F1A840E315041592E5359532E4444463031A5088801025F2D02656E    FCI of a payment system environment
              perso tlv 6F108408A000000151000000A5049F6501FF --json                 FCI of an issuer security domain
              perso tlv --dgi "0101 05 7003500141  9102 04 A5028801"                blanks, colons and hyphens do no harm
              perso tlv - < answer.hex
            """)
        {
            data, padding, dgi, json,
        };
        command.SetAction((parsed, _) => CardOutput.RunAsync(() =>
        {
            var bytes = HexInput.Read(parsed.GetValue(data)!, "HEX");
            var mode = parsed.GetValue(padding) ? TlvPadding.SkipZeros : TlvPadding.Refuse;
            var dump = parsed.GetValue(dgi) ? TlvDump.ReadGroupings(bytes, mode) : TlvDump.Read(bytes, mode);
            if (parsed.GetValue(json))
                CardOutput.WriteJson(new { objects = dump.Objects, error = ErrorView.From(dump.Error) });
            else
                Print(dump.Objects, depth: 0, width: bytes.Length.ToString(System.Globalization.CultureInfo.InvariantCulture).Length);
            return dump.Error is { } error ? CardOutput.Refuse(error) : 0;
        }));
        return command;
    }

    static void Print(IReadOnlyList<TlvView> objects, int depth, int width)
    {
        foreach (var view in objects)
        {
            var tag = new string(' ', 2 * depth) + view.Tag;
            var value = view.Objects is null ? $"  {view.Value}" : "";
            var text = view.Text is null ? "" : $"  \"{view.Text}\"";
            Console.WriteLine($"{view.Offset.ToString(System.Globalization.CultureInfo.InvariantCulture).PadLeft(width)}  {tag,-12} {view.Length,4}  {view.Name ?? "?"}{value}{text}".TrimEnd());
            Print(view.Objects ?? [], depth + 1, width);
        }
    }
}
