using PersoMesh.SmartCard.FileSystem;

namespace PersoMesh.VirtualCards.Agents;

/// <summary>Compares file control parameters that a card returned with those asked for. What it does not state is not compared.</summary>
static class FileParameterCheck
{
    static readonly byte[] Operations = [0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40];

    /// <returns>What is wrong first, as the end of a sentence; null when nothing is.</returns>
    public static string? FaultIn(CardStep step, ReadOnlyMemory<byte> response)
    {
        if (!FileControlParameters.TryParse(response, out var actual))
            return "the card returns no file control parameters";
        if (step.ExpectedLifeCycles is { Count: > 0 } states && (actual.LifeCycle is not { } state || !states.Contains(state)))
            return $"the life cycle state is {actual.LifeCycle?.ToString() ?? "not stated"}, not {states[0]}";
        return step.ExpectedParameters is { } expected ? Difference(expected, actual) : null;
    }

    static string? Difference(FileControlParameters expected, FileControlParameters actual)
    {
        if (actual.FileId is { } fileId && fileId != expected.FileId)
            return $"the file identifier is {fileId:X4}";
        if (actual.Descriptor is { } descriptor && Geometry(descriptor) != Geometry(expected.Descriptor!))
            return "the file is built differently (structure, record length or number of records)";
        if (actual.DataSize is { } size && expected.DataSize is { } expectedSize && size != expectedSize)
            return $"the file has {size} bytes, not {expectedSize}";
        if (!(actual.DfName ?? default).Span.SequenceEqual((expected.DfName ?? default).Span))
            return "the DF name differs";
        if (actual.ShortFileId is { } sfi && sfi != expected.ShortFileId)
            return $"the short EF identifier is {sfi}, not {expected.ShortFileId}";
        return actual.CompactSecurity is { } rules && !SameRules(expected.CompactSecurity.GetValueOrDefault(), rules)
            ? "the access conditions differ"
            : null;
    }

    static (bool IsDf, FileStructure Structure, int Length, int Count) Geometry(FileDescriptor descriptor) => descriptor.IsDf
        ? (true, FileStructure.NoInformation, 0, 0)
        : (false, descriptor.Structure, descriptor.MaxRecordLength.GetValueOrDefault(), descriptor.RecordCount.GetValueOrDefault());

    // What a rule does not speak of is as good as forbidden. A card with more than one rule was not told so by the image.
    static bool SameRules(ReadOnlyMemory<byte> expected, ReadOnlyMemory<byte> actual) =>
        CompactAccessRule.TryParse(actual, out var rules) && rules is [var rule]
        && CompactAccessRule.Parse(expected) is [var wanted]
        && Operations.All(operation => Condition(rule, operation) == Condition(wanted, operation));

    static byte Condition(CompactAccessRule rule, byte operation) => rule.ConditionFor(operation) ?? SecurityCondition.Never;
}
