using System.CommandLine;
using System.Globalization;
using PersoMesh.Perso.Commands;

namespace PersoMesh.Perso.Card;

/// <summary><c>perso emv check</c>: offline data authentication of what a card answered.</summary>
static class EmvCommand
{
    public static Command Create()
    {
        var dump = new Argument<string>("DUMP") { Description = "What the card answered, as text (docs/card-tools.md); '-' reads standard input." };
        var caKeys = new Option<string[]>("--ca-key") { Description = "File with certification authority public keys of the schemes; may be repeated.", Required = true, AllowMultipleArgumentsPerToken = true };
        var date = new Option<string?>("--date") { Description = "Transaction date, YYYY-MM-DD. Default: today." };
        var json = new Option<bool>("--json") { Description = "For a script." };
        var check = new Command("check", """
            Check a card's offline data authentication as a terminal does (EMV 4.3 Book 2): certificates, signed static data, dynamic
            signatures. Goes through everything the card offers, not only the method that a terminal would choose.

            The dump is a text with lines of '> COMMAND' and '< ANSWER' as a reader exchanged them, or of 'NAME=HEX': 4F (AID), 82
            (AIP), 94 (AFL), SFI.RECORD as in 1.2=70…, and for DDA 9F4B and ddol-data. '#' begins a comment.
            A key file has lines 'rid=', 'index=', 'modulus=', 'exponent=', and 'checksum=' if it is to be checked.
            Shows nothing of the cardholder. Exit status: 0 when every check passed, 1 when not, 2 when the dump cannot be read.

              perso emv check samples/emv/dda-card.txt --ca-key samples/emv/ca-keys.txt      mrautio/emv-card-simulator's card, with its answers
              perso emv check samples/emv/records.txt --ca-key samples/emv/ca-keys.txt       the same card, records alone
            """)
        {
            dump, caKeys, date, json,
        };
        check.SetAction((parsed, _) => CardOutput.RunAsync(() =>
        {
            var keys = parsed.GetValue(caKeys)!.SelectMany(CaKeyFile.Read).ToList();
            var card = EmvDump.Read(parsed.GetValue(dump)!);
            var result = EmvCheck.Run(card, keys, parsed.GetValue(date) is { } text ? Date(text) : DateOnly.FromDateTime(TimeProvider.System.GetLocalNow().DateTime));
            if (parsed.GetValue(json))
                CardOutput.WriteJson(result);
            else
                result.Print();
            return result.Passed ? 0 : Guarded.Failure;
        }));
        return new Command("emv", "Check EMV cards.") { check, EmvCardsCommand.Create() };
    }

    static DateOnly Date(string text) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
        ? date
        : throw new UserErrorException("--date: a date as 2026-11-21.");
}
