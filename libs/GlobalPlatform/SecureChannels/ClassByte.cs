namespace PersoMesh.GlobalPlatform;

/// <summary>What secure messaging does to the class byte (GPC 2.3.1 §11.1.4, §E.4.4).</summary>
static class ClassByte
{
    const byte FurtherInterindustry = 0x40;

    /// <summary>The class byte that is sent: secure messaging indicated, logical channel kept.</summary>
    internal static byte Secured(byte cla) => (byte)(cla | ((cla & FurtherInterindustry) == 0 ? 0x04 : 0x20));

    /// <summary>The class byte that the C-MAC covers: secure messaging indicated, as if on logical channel 0.</summary>
    internal static byte Maced(byte cla) => (byte)(Stripped(cla) | 0x04);

    /// <summary>The class byte that the R-MAC of SCP02 covers: no secure messaging, as if on logical channel 0.</summary>
    internal static byte Stripped(byte cla) => (byte)((cla & FurtherInterindustry) == 0 ? cla & 0xF0 : cla & 0x90);
}
