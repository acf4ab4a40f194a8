using PersoMesh.Perso.Commands;

namespace PersoMesh.Perso.Keys;

/// <summary>Asks custodians for their components. What is typed is not shown; from a pipe, lines alternate between name and component.</summary>
static class ComponentEntry
{
    public static IReadOnlyList<KeyComponent> Ask(KeyKind kind, int count)
    {
        List<KeyComponent> components = [];
        for (var i = 1; i <= count; i++)
        {
            var custodian = Read($"Name of custodian {i}: ", isHidden: false).Trim();
            if (custodian.Length == 0)
                throw new UserErrorException("A custodian has a name: it goes into the audit log.");
            var value = Parse(Read($"Component {i}, {2 * kind.Length} hexadecimal digits (not shown): ", isHidden: true), custodian);
            Console.Error.WriteLine($"Component {i} of {custodian}: check value {Check(kind, value, custodian)}");
            components.Add(new KeyComponent(custodian, value));
        }

        return components;
    }

    static string Check(KeyKind kind, byte[] value, string custodian)
    {
        try
        {
            return KeyCustody.CheckValue(kind.Algorithm, value);
        }
        catch (ArgumentException e)
        {
            throw new UserErrorException($"The component of {custodian} has not {kind.Length} bytes, or is a weak key.", e);
        }
    }

    // No inner exception: its text might quote what was typed.
    static byte[] Parse(string text, string custodian)
    {
        try
        {
            return Convert.FromHexString(text.Replace(" ", "", StringComparison.Ordinal));
        }
        catch (FormatException)
        {
            throw new UserErrorException($"The component of {custodian} is not hexadecimal.");
        }
    }

    static string Read(string prompt, bool isHidden)
    {
        if (Console.IsInputRedirected)
            return Console.In.ReadLine() ?? throw new UserErrorException("Standard input ended: each custodian gives a line with a name and one with a component.");
        Console.Error.Write(prompt);
        if (!isHidden)
            return Console.In.ReadLine() ?? "";
        var typed = new System.Text.StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key != ConsoleKey.Backspace)
                typed.Append(key.KeyChar);
            else if (typed.Length > 0)
                typed.Length--;
        }

        Console.Error.WriteLine();
        return typed.ToString();
    }
}
