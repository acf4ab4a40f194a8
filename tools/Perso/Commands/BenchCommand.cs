using System.CommandLine;

namespace PersoMesh.Perso.Commands;

/// <summary><c>perso bench</c>: measurements, as ratios against a limit taken in the same run.</summary>
static class BenchCommand
{
    public static Command Create() => new("bench", "Measure.");
}
