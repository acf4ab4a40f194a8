using System.CommandLine;
using System.Text.Json;
using PersoMesh.Conversions;
using Spectre.Console;

namespace PersoMesh.Perso.Commands;

/// <summary><c>perso support</c>: the functions that a profile can name.</summary>
static class SupportCommand
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Create()
    {
        var name = new Argument<string?>("FUNCTION") { Description = "Show one function only.", Arity = ArgumentArity.ZeroOrOne };
        var json = new Option<bool>("--json") { Description = "For a script." };
        var command = new Command("support", "List the support functions that a card profile can apply to a field, with examples.") { name, json };
        command.SetAction((parsed, _) => Guarded.RunAsync(() => Task.FromResult(Run(parsed.GetValue(name), parsed.GetValue(json)))));
        return command;
    }

    static int Run(string? name, bool asJson)
    {
        var signatures = FunctionCatalog.All.Values.Select(function => function.Signature).Where(signature => name is null || signature.Name == name).ToArray();
        if (signatures.Length == 0)
        {
            FunctionCatalog.TryFind(name!, out _, out var nearest);
            throw new UserErrorException($"There is no support function '{name}'{(nearest is null ? "" : $"; did you mean '{nearest}'?")}.");
        }

        if (asJson)
        {
            Console.WriteLine(JsonSerializer.Serialize(signatures, Json));
            return 0;
        }

        var table = new Table().Border(TableBorder.Rounded).AddColumns("function", "what it does", "arguments", "example");
        foreach (var signature in signatures)
        {
            table.AddRow(new Markup($"[bold]{signature.Name}[/]"), new Text(signature.Summary),
                new Text(string.Join('\n', signature.Parameters.Select(Describe))), new Text(string.Join('\n', signature.Examples.Select(Describe))));
            table.AddEmptyRow();
        }

        AnsiConsole.Write(table);
        return 0;
    }

    static string Describe(FunctionParameter parameter) => $"{parameter.Name}{(parameter.Default is null ? "" : $" = '{parameter.Default}'")}: {parameter.Meaning}";

    static string Describe(FunctionExample example)
    {
        var arguments = example.Arguments.Count == 0 ? "" : $" {{{string.Join(", ", example.Arguments.Select(argument => $"{argument.Key}: {argument.Value}"))}}}";
        return $"'{example.Input}'{arguments} → {(example.Output is null ? "refused" : $"'{example.Output}'")}";
    }
}
