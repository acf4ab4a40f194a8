using System.CommandLine;
using PersoMesh.Keys;
using PersoMesh.Perso.Bench.Preparing;
using PersoMesh.Perso.Card;
using Spectre.Console;

namespace PersoMesh.Perso.Commands;

/// <summary><c>perso bench prepare</c>: issuer preparation beside the limits of machine and token.</summary>
static class PrepareBenchCommand
{
    public static Command Create()
    {
        var rounds = new Option<int>("--rounds") { Description = "Rounds in which limits and preparation take turns.", DefaultValueFactory = _ => 8 };
        var seconds = new Option<double>("--seconds") { Description = "Length of each turn, roughly.", DefaultValueFactory = _ => 3 };
        var output = new Option<string>("--out", "-o") { Description = "Folder for the run; must not exist.", DefaultValueFactory = _ => Path.Combine("runs", "bench-prepare") };
        var json = new Option<bool>("--json") { Description = "For a script." };
        var command = new Command("prepare", """
            Measure 'perso prepare' with a SoftHSM token of its own: cards with symmetric keys only beside the token's C_DeriveKey rate, and
            cards with RSA-1152 (EMV, certified) and RSA-2048 (not certified) beside OpenSSL's key generation, of the same size and exponent,
            on all processors in the same run. Takes four minutes; docs/issuer-preparation.md says how to read it.
            """)
        {
            rounds, seconds, output, json,
        };
        command.SetAction((parsed, cancellationToken) => Guarded.RunAsync(async () =>
        {
            try
            {
                var figures = await PrepareBench.RunAsync(Math.Max(1, parsed.GetValue(rounds)), Math.Clamp(parsed.GetValue(seconds), 0.1, 600),
                    Path.GetFullPath(parsed.GetValue(output)!), step => Console.Error.WriteLine($"{step} …"), cancellationToken);
                if (parsed.GetValue(json))
                    CardOutput.WriteJson(figures);
                else
                    Show(figures);
                return 0;
            }
            catch (Exception e) when (e is SecurityModuleException or InvalidOperationException)
            {
                throw new UserErrorException(e.Message, e);
            }
        }));
        return command;
    }

    static void Show(PrepareFigures figures)
    {
        var symmetric = figures.Symmetric;
        Console.WriteLine($"{figures.Threads} threads");
        Console.WriteLine($"Symmetric keys only: {symmetric.Cards} cards, {symmetric.CardsPerSecond:0} cards/s, {symmetric.DerivationsPerCard} keys each");
        Console.WriteLine($"  C_DeriveKey alone {symmetric.DerivationsPerSecond:0}/s: ratio {symmetric.OfDerivationLimit:0.00} (C_Encrypt alone {symmetric.EncryptionsPerSecond:0}/s)");
        var table = new Table().Border(TableBorder.Rounded)
            .AddColumns("keys", "cards", "cards/s", "libcrypto keys/s", "ratio", "openssl genrsa keys/s", "ratio", "token keys/s", "ratio", "cards/s from a filled pool");
        foreach (var rsa in figures.Rsa)
        {
            table.AddRow(
                rsa.Size, $"{rsa.Cards}", $"{rsa.CardsPerSecond:0.0}", $"{rsa.LibraryKeysPerSecond:0.0}", $"{rsa.OfLibraryLimit:0.00}",
                $"{rsa.ProgramKeysPerSecond:0.0}", $"{rsa.OfProgramLimit:0.00}", $"{rsa.TokenKeysPerSecond:0.0}", $"{rsa.OfTokenLimit:0.00}",
                $"{rsa.CardsPerSecondFromPool:0.0}");
        }

        AnsiConsole.Write(table);
    }
}
