using System.CommandLine;

namespace PersoMesh.Perso.Card;

/// <summary><c>perso scp</c>: GlobalPlatform secure channels from traces, without a card.</summary>
static class ScpCommand
{
    public static Command Create() => new("scp", "Work with GlobalPlatform secure channels off line: open a recorded session, find its keys.")
    {
        ScpOpenCommand.Create(),
        ScpGuessCommand.Create(),
    };

    public static Option<string> InitializeUpdateResponse() => new("--iur")
    {
        Description = "The card's answer to INITIALIZE UPDATE, with or without 9000, hexadecimal.",
        Required = true,
    };

    public static Option<string> HostChallenge() => new("--host")
    {
        Description = "The host challenge that was sent, hexadecimal: 8 bytes, 16 in SCP03 S16.",
        Required = true,
    };
}
