namespace PersoMesh.GlobalPlatform;

/// <summary>What <see cref="Enum.HasFlag"/> says, without the two objects that it allocates in code that is not optimized yet.</summary>
static class FlagTests
{
    internal static bool Has(this SecurityLevel level, SecurityLevel flag) => (level & flag) == flag;

    internal static bool Has(this CardQuirks quirks, CardQuirks flag) => (quirks & flag) == flag;
}
