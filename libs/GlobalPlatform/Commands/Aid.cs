namespace PersoMesh.GlobalPlatform;

/// <summary>Application identifiers (ISO/IEC 7816-4 §8.2.1.2): 5 to 16 bytes, the first five being the registered provider.</summary>
static class Aid
{
    internal static ReadOnlySpan<byte> Require(ReadOnlySpan<byte> aid, string parameter) => aid.Length is >= 5 and <= 16
        ? aid
        : throw new ArgumentException($"An AID has 5 to 16 bytes, not {aid.Length}.", parameter);

    internal static ReadOnlySpan<byte> RequireOrNone(ReadOnlySpan<byte> aid, string parameter) =>
        aid.IsEmpty ? aid : Require(aid, parameter);
}
