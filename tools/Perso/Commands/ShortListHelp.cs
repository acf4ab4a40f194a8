using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace PersoMesh.Perso.Commands;

/// <summary>The usual help, but with one line for each subcommand: their own <c>--help</c> says the rest.</summary>
sealed class ShortListHelp(HelpAction help) : SynchronousCommandLineAction
{
    public static RootCommand Use(RootCommand root)
    {
        var option = root.Options.OfType<HelpOption>().Single();
        option.Action = new ShortListHelp((HelpAction)option.Action!);
        return root;
    }

    public override int Invoke(ParseResult parseResult)
    {
        // The process ends after this: nobody needs the long texts again.
        foreach (var command in parseResult.CommandResult.Command.Subcommands)
            command.Description = command.Description?.Split('\n')[0];
        return help.Invoke(parseResult);
    }
}
