using System.CommandLine;
using PersoMesh.Perso.Audit;
using PersoMesh.Perso.Card;
using PersoMesh.Perso.Keys;
using PersoMesh.Perso.Preparing;
using PersoMesh.Perso.VirtualCards;

namespace PersoMesh.Perso.Commands;

/// <summary>The command tree.</summary>
static class RootCommandFactory
{
    public static RootCommand Create() => new("""
        PersoMesh personalizes smart cards from a server.

        Start with 'perso demo': it runs all services in this process and personalizes simulated cards.
        'perso up' runs them as processes on a message broker; then 'perso submit FILE' and 'perso down'.
        """)
    {
        DemoCommand.Create(),
        UpCommand.Create(),
        SubmitCommand.Create(),
        JobCommand.Create(),
        CardCommand.Create(),
        PoolCommand.Create(),
        PrepareCommand.Create(),
        StationCommand.Create(),
        KeysCommand.Create(),
        DownCommand.Create(),
        SampleCommand.Create(),
        ProfileCommand.Create(),
        SupportCommand.Create(),
        AuditCommand.Create(),
        BenchCommand.Create(),
        ScpCommand.Create(),
        TlvCommand.Create(),
        AtrCommand.Create(),
        RecordCommand.Create(),
        EmvCommand.Create(),
        VscCommand.Create(),
    };
}
