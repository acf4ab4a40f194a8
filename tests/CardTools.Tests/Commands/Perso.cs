using System.Text.Json;
using PersoMesh.Perso.Commands;

namespace PersoMesh.CardTools.Tests.Commands;

/// <summary>Runs the program's commands in this process, from the repository's root, as a user types them.</summary>
static class Perso
{
    public static string Root { get; } = FindRoot();

    public static (int Status, string Output, string Error) Run(params string[] arguments) => Run(input: "", arguments);

    public static (int Status, string Output, string Error) Run(string input, string[] arguments)
    {
        var (output, error, standardInput, folder) = (Console.Out, Console.Error, Console.In, Environment.CurrentDirectory);
        using var capturedOutput = new StringWriter();
        using var capturedError = new StringWriter();
        using var reader = new StringReader(input);
        try
        {
            Console.SetOut(capturedOutput);
            Console.SetError(capturedError);
            Console.SetIn(reader);
            Environment.CurrentDirectory = Root;
            var status = RootCommandFactory.Create().Parse(arguments).Invoke();
            return (status, capturedOutput.ToString(), capturedError.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
            Console.SetIn(standardInput);
            Environment.CurrentDirectory = folder;
        }
    }

    /// <summary>Runs a command with <c>--json</c> that must end well.</summary>
    public static JsonElement Json(params string[] arguments)
    {
        var (status, output, error) = Run([.. arguments, "--json"]);
        Assert.True(status == 0, error);
        return JsonDocument.Parse(output).RootElement;
    }

    public static string? Text(this JsonElement element, params string[] path)
    {
        foreach (var name in path)
            element = element.GetProperty(name);
        return element.ToString();
    }

    static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "PersoMesh.sln")))
            folder = folder.Parent;
        return folder.FullName;
    }
}
