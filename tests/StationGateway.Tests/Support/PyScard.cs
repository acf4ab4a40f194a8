using System.Text.Json;
using PersoMesh.EndToEnd.Tests.Support;
using PersoMesh.Pcsc.Tests.Support;

namespace PersoMesh.StationGateway.Tests.Support;

/// <summary>python3-pyscard as a terminal.</summary>
static class PyScard
{
    // All readers in one process: each waits for its card as a terminal does.
    const string Program = """
        import json, sys
        from smartcard.CardRequest import CardRequest
        from smartcard.CardType import AnyCardType
        from smartcard.System import readers
        from smartcard.util import toHexString, toBytes
        for name, apdus in json.load(open(sys.argv[1])):
            reader = [r for r in readers() if str(r) == name]
            service = CardRequest(timeout=20, cardType=AnyCardType(), readers=reader).waitforcard()
            service.connection.connect()
            answers = []
            for apdu in apdus:
                data, sw1, sw2 = service.connection.transmit(toBytes(apdu))
                answers.append("%s%02X%02X" % (toHexString(data).replace(" ", ""), sw1, sw2))
            print(json.dumps(answers))
        """;

    /// <summary>Waits for a card in each reader and sends it commands.</summary>
    /// <param name="work">Commands by reader, hexadecimal.</param>
    /// <returns>The answers with their status words, in the same order.</returns>
    public static async Task<string[][]> TransmitAsync(IEnumerable<(string Reader, IEnumerable<string> Commands)> work)
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("work.json");
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(work.Select(item => new object[] { item.Reader, item.Commands })));
        var pcscd = await PcscdProcess.GetAsync();
        var output = await OtherProgram.RunAsync("python3-pyscard", pcscd.EnvironmentVariables, "/usr/bin/python3", "-c", Program, file);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<string[]>(line)!)];
    }

    /// <summary>Waits for a card in each reader: other programs take the first reader that has one, or none.</summary>
    public static Task WaitAsync(params IEnumerable<string> readers) => TransmitAsync(readers.Select(reader => (reader, Enumerable.Empty<string>())));
}
