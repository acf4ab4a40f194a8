using System.CommandLine;
using PersoMesh.Perso.Card;
using PersoMesh.Perso.Commands;
using PersoMesh.PreparedJobs;

namespace PersoMesh.Perso.Keys;

/// <summary><c>perso keys pool</c>: RSA key pairs that wait for their cards.</summary>
static class KeyPoolCommand
{
    const int MaxThreads = 64;

    public static Command Create() => new("pool", $"""
        Keep card key pairs ahead of their cards: the token makes them beforehand, and they wait in a folder, wrapped under its key
        {KeyPairStore.KeyLabel}. 'perso prepare --key-pool FOLDER' takes them from there, each for one card, once.

          perso keys generate {KeyPairStore.KeyLabel} --kind pool …
          perso keys pool fill pool --bits 1152 --exponent 3 --count 5000 …

        Never copy the folder back from a backup: it would bring back key pairs that cards already have.
        """)
    {
        Show(), Fill(),
    };

    static Command Show()
    {
        var folder = Folder();
        var json = new Option<bool>("--json") { Description = "For a script." };
        var command = new Command("show", "Show how many key pairs of each size wait. Needs no token.") { folder, json };
        command.SetAction((parsed, _) => CardOutput.RunAsync(() =>
        {
            var counts = new KeyPairStore(parsed.GetValue(folder)!).Count();
            var sizes = counts.OrderBy(count => count.Key.Bits).ThenBy(count => count.Key.Exponent);
            if (parsed.GetValue(json))
                CardOutput.WriteJson(sizes.Select(count => new { count.Key.Bits, count.Key.Exponent, Count = count.Value }));
            else if (counts.Count == 0)
                Console.WriteLine("no key pairs");
            else
                sizes.ToList().ForEach(count => Console.WriteLine($"RSA {count.Key.Bits} bits, exponent {count.Key.Exponent}: {count.Value}"));
            return 0;
        }));
        return command;
    }

    static Command Fill()
    {
        var folder = Folder();
        var bits = new Option<int>("--bits") { Description = "Length of the modulus: 512 to 4096, a multiple of 16.", DefaultValueFactory = _ => 1152 };
        var exponent = new Option<int>("--exponent") { Description = "3 or 65537.", DefaultValueFactory = _ => 3 };
        var count = new Option<int>("--count") { Description = "How many there shall be when it is done.", Required = true };
        var threads = new Option<int>("--threads") { Description = "Threads, each with a session of its own.", DefaultValueFactory = _ => Environment.ProcessorCount };
        var command = new Command("fill", "Have the token make key pairs until so many wait. Ctrl+C stops it; what was made is kept.") { folder, bits, exponent, count, threads };
        return KeysContext.Run(command, (parsed, context) =>
        {
            var size = Size(parsed.GetValue(bits), parsed.GetValue(exponent));
            var workers = parsed.GetValue(threads) is >= 1 and <= MaxThreads and var given ? given : throw new UserErrorException($"--threads is 1 to {MaxThreads}.");
            using var stop = new CancellationTokenSource();
            Console.CancelKeyPress += (_, pressed) =>
            {
                pressed.Cancel = true;
                stop.Cancel();
            };
            var store = new KeyPairStore(parsed.GetValue(folder)!);
            var made = KeyPairFilling.Fill(
                context.Module, store, size, parsed.GetValue(count), workers, present => Console.Error.WriteLine($"{present} …"), stop.Token);
            context.Log.Append(context.Actor, "key.pool-fill", KeyPairStore.KeyLabel, ("token", context.Administration.TokenName),
                ("bits", $"{size.Bits}"), ("exponent", $"{size.Exponent}"), ("made", $"{made}"));
            Console.WriteLine($"{made} made; RSA {size.Bits} bits, exponent {size.Exponent}: {store.Count().GetValueOrDefault(size)}");
        });
    }

    static KeyPairSize Size(int bits, int exponent) => bits is >= 512 and <= 4096 && bits % 16 == 0 && exponent is (3 or 65537)
        ? new KeyPairSize(bits, exponent)
        : throw new UserErrorException("--bits is 512 to 4096 and a multiple of 16; --exponent is 3 or 65537.");

    static Argument<string> Folder() => new("FOLDER") { Description = "The pool's folder, on a local disk." };
}
