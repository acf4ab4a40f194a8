using System.CommandLine;
using PersoMesh.Emv;
using PersoMesh.Perso.Commands;

namespace PersoMesh.Perso.Card;

/// <summary><c>perso record</c>: takes a file of personalization records apart.</summary>
static class RecordCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "Personalization records, binary or as hexadecimal text; '-' reads hexadecimal text from standard input." };
        var codeLength = new Option<int>("--code-length") { Description = "Width of a module identifier code in characters, 1 to 7.", DefaultValueFactory = _ => PersonalizationModule.MaxCodeLength };
        var lengthSize = new Option<int>("--length-size") { Description = "Bytes of a length: 1 to 4, or 1 to 9 decimal digits.", DefaultValueFactory = _ => 4 };
        var isDecimal = new Option<bool>("--decimal") { Description = "Lengths are decimal digits instead of binary." };
        var chip = new Option<string>("--chip") { Description = "Module identifier code of the chip's module.", DefaultValueFactory = _ => "IC" };
        var keyIdLength = new Option<int>("--key-id-length") { Description = "Bytes of a transport key identifier in the chip's module.", DefaultValueFactory = _ => 6 };
        var values = new Option<bool>("--values") { Description = "Show values too. They may be cardholder data." };
        var json = new Option<bool>("--json") { Description = "For a script." };
        var command = new Command("record", """
            Take personalization records apart: modules, and in the chip's module applications, keys, steps and data groupings.

            Shows lengths only unless --values is given. The frame is PersoMesh's own by default (7 characters of code, lengths of
            4 bytes); the options describe another bureau's. Exit status: 0 when the whole file is well-formed, 1 when not
            (standard error names record and byte), 2 for wrong arguments.

              perso record samples/records/two-cards.hex
              perso record samples/records/two-cards.hex --values --json
              echo 0000000E 544553542020 20 00000003 414243 | perso record -
            """)
        {
            file, codeLength, lengthSize, isDecimal, chip, keyIdLength, values, json,
        };
        command.SetAction((parsed, _) => CardOutput.RunAsync(() =>
        {
            using var stream = Open(parsed.GetValue(file)!);
            var reader = new RecordDump(
                Format(parsed.GetValue(codeLength), parsed.GetValue(lengthSize), parsed.GetValue(isDecimal)),
                new IcModuleFormat(CpsRecordTable.Create(InRange(parsed.GetValue(keyIdLength), 1, 255, "--key-id-length"))),
                parsed.GetValue(chip)!,
                parsed.GetValue(values));
            var (records, error) = reader.Read(stream);
            if (parsed.GetValue(json))
                CardOutput.WriteJson(new { records, error = ErrorView.From(error) });
            else
                records.ForEach(record => record.Print());
            return error is { } fault ? CardOutput.Refuse(fault) : 0;
        }));
        return command;
    }

    static PersonalizationRecordFormat Format(int codeLength, int lengthSize, bool isDecimal) => new(
        InRange(codeLength, 1, PersonalizationModule.MaxCodeLength, "--code-length"),
        InRange(lengthSize, 1, isDecimal ? 9 : 4, "--length-size"),
        isDecimal ? RecordLengthCoding.DecimalText : RecordLengthCoding.BigEndian);

    static int InRange(int value, int min, int max, string option) => value >= min && value <= max
        ? value
        : throw new UserErrorException($"{option} is {min} to {max}.");

    // A binary record begins with a length, which no file short of 800 MB makes look like text.
    static Stream Open(string path)
    {
        if (path == "-")
            return new MemoryStream(HexInput.Read(path, "standard input"));
        if (!File.Exists(path))
            throw new UserErrorException($"There is no file '{path}'.");
        var file = File.OpenRead(path);
        Span<byte> head = stackalloc byte[64];
        var length = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        file.Position = 0;
        foreach (var b in head[..length])
        {
            if (!char.IsAsciiHexDigit((char)b) && !char.IsWhiteSpace((char)b))
                return file;
        }

        using (file)
        {
            using var text = new StreamReader(file);
            return new MemoryStream(HexInput.Parse(text.ReadToEnd(), path));
        }
    }
}
