using PersoMesh.AuditLog;
using PersoMesh.Hosting;
using PersoMesh.Profiles;
using Spectre.Console;

namespace PersoMesh.Perso.Commands;

/// <summary>Something that the user can mend. The message says what and how; no stack trace is shown.</summary>
sealed class UserErrorException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Runs a command's body and turns its errors into a line on standard error and exit status 2.</summary>
static class Guarded
{
    public const int Failure = 1;
    public const int UsageError = 2;

    public static async Task<int> RunAsync(Func<Task<int>> body)
    {
        try
        {
            return await body();
        }
        catch (Exception e) when (e is UserErrorException or UnknownProfileException or MeshConfigurationException or HttpRequestException or AuditLogException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"perso: {e.Message}");
            return UsageError;
        }
        catch (OperationCanceledException)
        {
            AnsiConsole.MarkupLine("[yellow]Stopped.[/]");
            return Failure;
        }
    }
}
