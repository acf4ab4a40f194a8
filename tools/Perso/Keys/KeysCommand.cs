using System.CommandLine;
using System.Globalization;
using PersoMesh.Keys;
using PersoMesh.Perso.Card;
using PersoMesh.Perso.Commands;
using PersoMesh.Pkcs11;

namespace PersoMesh.Perso.Keys;

/// <summary><c>perso keys</c>: the keys of a token, from generation to retirement.</summary>
static class KeysCommand
{
    public static Command Create()
    {
        var command = new Command("keys", """
            Keep the keys of a PKCS#11 token: generate, import from components, list, exchange KEKs, rotate, retire (docs/issuer-preparation.md).

            Every command names the token by --hsm-library, --hsm-token and --hsm-pin-file, and writes what it did to the audit log, which is
            sealed by the token's key PERSOMESH-AUDIT as soon as there is one. No command shows or writes a key in clear.
            """)
        {
            List(), Generate(), Import(), Export(), ImportWrapped(), Rotate(), Retire(), KeyPoolCommand.Create(),
        };
        command.Subcommands.Add(SigningCertificateCommand.Create());
        foreach (var issuer in IssuerKeyCommands.Create())
            command.Subcommands.Add(issuer);
        return command;
    }

    static Command List()
    {
        var json = new Option<bool>("--json") { Description = "For a script." };
        var command = new Command("list", "List the secret keys: type, check value, use.") { json };
        return KeysContext.Run(command, (parsed, context) =>
        {
            var keys = context.Administration.List();
            context.Log.Append(context.Actor, "key.list", context.Administration.TokenName, ("keys", keys.Count.ToString(CultureInfo.InvariantCulture)));
            if (parsed.GetValue(json))
                CardOutput.WriteJson(keys);
            else
                keys.ToList().ForEach(Print);
        });
    }

    static Command Generate()
    {
        var (label, kind) = (Label(), Kind());
        var command = new Command("generate", $"Have the token generate a key.\n\n{Kinds()}") { label, kind };
        return KeysContext.Run(command, (parsed, context) =>
            Print(context.Custody.Generate(parsed.GetValue(label)!, KeyKind.Of(parsed.GetValue(kind)!))));
    }

    static Command Import()
    {
        var (label, kind) = (Label(), Kind());
        var components = new Option<int>("--components") { Description = "2 or 3 components, each entered by another person.", DefaultValueFactory = _ => 2 };
        var command = new Command("import", $"""
            Put a key together from components that different people enter. Nothing is shown but each component's check value; the key is
            the exclusive or of the components, which nobody knows.

            {Kinds()}
            """)
        {
            label, kind, components,
        };
        return KeysContext.Run(command, (parsed, context) =>
        {
            var count = parsed.GetValue(components) is (2 or 3) and var given ? given : throw new UserErrorException("--components is 2 or 3.");
            var keyKind = KeyKind.Of(parsed.GetValue(kind)!);
            Print(context.Custody.Import(parsed.GetValue(label)!, keyKind, ComponentEntry.Ask(keyKind, count)));
        });
    }

    static Command Export()
    {
        var (label, under, file) = (Label(), Under(), Out());
        var form = new Option<string>("--form")
        {
            Description = "aes-kwp: AES key wrap with padding (RFC 5649), inside the token. key-block: ANSI X9.143 (TR-31) version D, "
                + "for which the key passes through this process's memory.",
            DefaultValueFactory = _ => "aes-kwp",
        };
        form.AcceptOnlyFromAmong("aes-kwp", "key-block");
        var command = new Command("export", "Write a KEK for a partner, enciphered under a transport key.") { label, under, file, form };
        return KeysContext.Run(command, (parsed, context) =>
        {
            var (name, transport) = (parsed.GetValue(label)!, parsed.GetValue(under)!);
            using var session = context.Module.OpenSession();
            var text = parsed.GetValue(form) == "key-block"
                ? context.Custody.ExportKeyBlock(name, transport, session)
                : Convert.ToHexString(context.Custody.Export(name, transport));
            File.WriteAllText(parsed.GetValue(file)!, text + Environment.NewLine);
            Print(context.Administration.Find(parsed.GetValue(label)!));
        });
    }

    static Command ImportWrapped()
    {
        var (label, under) = (Label(), Under());
        var file = new Argument<string>("FILE") { Description = "What 'perso keys export' wrote, in either form, or a partner's key block of version D." };
        var command = new Command("import-wrapped", "Take in a KEK from a partner. Compare its check value with the partner's.") { file, label, under };
        return KeysContext.Run(command, (parsed, context) =>
        {
            var (name, transport) = (parsed.GetValue(label)!, parsed.GetValue(under)!);
            var text = File.ReadAllText(parsed.GetValue(file)!).Trim();
            using var session = context.Module.OpenSession();
            Print(KeyBlock.IsKeyBlock(text)
                ? context.Custody.ImportKeyBlock(name, KeyKind.Of("kek"), transport, text, session)
                : context.Custody.ImportWrapped(name, KeyKind.Of("kek"), transport, HexInput.Parse(text, parsed.GetValue(file)!)));
        });
    }

    static Command Rotate()
    {
        var id = new Argument<string>("KEK") { Description = "The KEK's identifier without version: KEK-BUREAU." };
        var command = new Command("rotate", "Generate the next version of a KEK. Older versions stay, for files that were made with them.") { id };
        return KeysContext.Run(command, (parsed, context) => Print(context.Custody.Rotate(parsed.GetValue(id)!)));
    }

    static Command Retire()
    {
        var label = Label();
        var checkValue = new Option<string>("--check-value") { Description = "The key's check value: that it is this key, and no slip.", Required = true };
        var command = new Command("retire", "Destroy a key, for good. Files that were made with a retired KEK are refused.") { label, checkValue };
        return KeysContext.Run(command, (parsed, context) =>
        {
            context.Custody.Retire(parsed.GetValue(label)!, parsed.GetValue(checkValue)!);
            Console.WriteLine($"{parsed.GetValue(label)}: retired");
        });
    }

    static void Print(KeyDescription key) => Console.WriteLine($"{key.Label,-32} {key.Type,-5} {(key.Length > 0 ? $"{key.Length * 8}" : "?"),4} bits  check value {key.CheckValue ?? "none  "}  {key.Uses}");

    static Argument<string> Label() => new("LABEL") { Description = "The key's label in the token." };

    static Option<string> Kind() => new("--kind") { Description = "What the key is for.", Required = true };

    static Option<string> Under() => new("--under") { Description = "Label of the transport key.", Required = true };

    static Option<string> Out() => new("--out", "-o") { Description = "The file to write.", Required = true };

    static string Kinds() => string.Join('\n', KeyKind.All.Select(kind => $"  {kind.Name,-13} {kind.Purpose}"));
}
