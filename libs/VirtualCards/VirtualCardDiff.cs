using System.Security.Cryptography;
using PersoMesh.VirtualCards.Layout;

namespace PersoMesh.VirtualCards;

/// <summary>A place where two images differ; holds no byte of either.</summary>
/// <param name="Path">The file; the master file for what belongs to no other.</param>
/// <param name="What">What differs, as the end of a sentence.</param>
public sealed record ImageDifference(FilePath Path, string What)
{
    /// <summary>File and difference.</summary>
    public override string ToString() => $"file {Path}: {What}";
}

/// <summary>Compares images. A card is compared with an image by its agent (<see cref="Agents.CardScriptRunner.CompareAsync"/>).</summary>
public static class VirtualCardDiff
{
    /// <summary>
    /// Compares what two images say of a card: structure, and the content of areas that are open in both. Identifiers differ anyway.
    /// </summary>
    /// <param name="first">An image.</param>
    /// <param name="second">Another.</param>
    /// <returns>All differences; files first, in the order of the first image.</returns>
    public static IReadOnlyList<ImageDifference> Between(VirtualCard first, VirtualCard second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        List<ImageDifference> differences = [];
        foreach (var (path, file) in first.Layout.Files)
        {
            if (!second.Layout.Files.TryGetValue(path, out var other))
                differences.Add(new(path, "is in the first image only"));
            else if (!SameFile(file, other))
                differences.Add(new(path, "identifier, structure, size, area or access conditions differ"));
            else if (file is ElementaryFile ef && ef.Area != ImageAreas.Identifier && first.IsOpen(ef.Area) && second.IsOpen(ef.Area))
                differences.AddRange(Contents(path, ef, first.Read(path), second.Read(path)));
        }

        foreach (var path in second.Layout.Files.Keys.Where(p => !first.Layout.Files.ContainsKey(p)))
            differences.Add(new(path, "is in the second image only"));
        if (first.IsOpen(ImageAreas.Passwords) && second.IsOpen(ImageAreas.Passwords))
            differences.AddRange(Passwords(first.Passwords, second.Passwords));
        return differences;
    }

    static bool SameFile(CardFile first, CardFile second) =>
        FileParameters.Encode(first).ToArray().AsSpan().SequenceEqual(FileParameters.Encode(second).ToArray())
        && (first as ElementaryFile)?.Area == (second as ElementaryFile)?.Area;

    static IEnumerable<ImageDifference> Contents(
        FilePath path, ElementaryFile ef, IReadOnlyList<ReadOnlyMemory<byte>> first, IReadOnlyList<ReadOnlyMemory<byte>> second)
    {
        var isTransparent = ef.RecordCount == 0;
        for (var i = 0; i < Math.Min(first.Count, second.Count); i++)
        {
            if (first[i].Span.SequenceEqual(second[i].Span))
                continue;
            var offset = first[i].Span.CommonPrefixLength(second[i].Span);
            yield return new(path, isTransparent ? $"differs from byte {offset}" : $"record {i + 1} differs from byte {offset}");
        }

        if (first.Count != second.Count)
            yield return new(path, $"has {first.Count} records in the first image, {second.Count} in the second");
    }

    static IEnumerable<ImageDifference> Passwords(IReadOnlyList<CardPassword> first, IReadOnlyList<CardPassword> second)
    {
        foreach (var password in first)
        {
            var other = second.FirstOrDefault(p => p.Slot.Reference == password.Slot.Reference);
            if (other is null)
                yield return new(FilePath.MasterFile, $"password {password.Slot.Reference} is in the first image only");
            else if (!CryptographicOperations.FixedTimeEquals(password.Value, other.Value)
                || !CryptographicOperations.FixedTimeEquals(password.ResettingCode, other.ResettingCode))
                yield return new(FilePath.MasterFile, $"password {password.Slot.Reference} or its resetting code differs");
        }

        foreach (var password in second.Where(p => first.All(f => f.Slot.Reference != p.Slot.Reference)))
            yield return new(FilePath.MasterFile, $"password {password.Slot.Reference} is in the second image only");
    }
}
