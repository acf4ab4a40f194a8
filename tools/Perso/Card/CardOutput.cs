using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using PersoMesh.GlobalPlatform;
using PersoMesh.Keys;
using PersoMesh.Perso.Commands;
using PersoMesh.SmartCard;

namespace PersoMesh.Perso.Card;

/// <summary>What the tools for the engineer at the bench and the measurements have in common: output, and errors that name the place.</summary>
static class CardOutput
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static void WriteJson<T>(T value) => Console.WriteLine(JsonSerializer.Serialize(value, Json));

    /// <summary>Writes in the colour of a verdict, where there is a terminal that has colours.</summary>
    public static void WriteVerdict(string text, bool isGood)
    {
        if (Console.IsOutputRedirected || Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 })
        {
            Console.Write(text);
            return;
        }

        Console.ForegroundColor = isGood ? ConsoleColor.Green : ConsoleColor.Red;
        Console.Write(text);
        Console.ResetColor();
    }

    public static string Hex(ReadOnlyMemory<byte> bytes) => Convert.ToHexString(bytes.Span);

    /// <summary>Runs a command's body: what is wrong with what it was given becomes a line on standard error and exit status 2.</summary>
    public static Task<int> RunAsync(Func<int> body) => Guarded.RunAsync(() =>
    {
        try
        {
            return Task.FromResult(body());
        }
        catch (Exception e) when (e is CardDataException or SecureChannelException or SecurityModuleException or IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(e.Message, e);
        }
    });

    /// <summary>Says what is wrong with the data that was to be shown, and gives the exit status for it.</summary>
    public static int Refuse(CardDataError error)
    {
        Console.Error.WriteLine($"perso: {error}.");
        return Guarded.Failure;
    }
}

/// <summary>A <see cref="CardDataError"/> as JSON.</summary>
sealed record ErrorView(string Structure, int Offset, string Reason)
{
    public static ErrorView? From(CardDataError? error) => error is { } e ? new(e.Structure, e.Offset, e.Reason) : null;
}
