namespace PersoMesh.GlobalPlatform;

static class StatusWords
{
    /// <summary>Success and warnings are protected by R-MAC, errors are not (GPC Amendment D 1.1.1 §6.2.5).</summary>
    internal static bool IsProtected(ushort statusWord) => statusWord == 0x9000 || (statusWord >> 8) is 0x62 or 0x63;
}
