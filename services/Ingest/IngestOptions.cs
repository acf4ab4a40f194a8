using System.ComponentModel.DataAnnotations;

namespace PersoMesh.Ingest;

/// <summary>Settings of Ingest: section <c>Ingest</c>.</summary>
public sealed class IngestOptions
{
    /// <summary>Card objects in one message to the Translator.</summary>
    [Range(1, 1000)]
    public int ChunkSize { get; init; } = 100;

    /// <summary>Payload bytes after which a chunk is sent although it is not full.</summary>
    [Range(1024, 16 * 1024 * 1024)]
    public int ChunkBytes { get; init; } = 256 * 1024;

    /// <summary>Card objects of a submission that may be under preparation at once; reading waits for the rest.</summary>
    [Range(1, 1_000_000)]
    public int MaxUnderPreparation { get; init; } = 1000;

    /// <summary>Longest record in bytes; a longer one is refused without being held in memory.</summary>
    [Range(256, 16 * 1024 * 1024)]
    public int MaxRecordBytes { get; init; } = 64 * 1024;

    /// <summary>How often Ingest looks for jobs whose profile's retention has passed.</summary>
    public TimeSpan RetentionInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long the Translator may take to describe a profile.</summary>
    public TimeSpan ProfileTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
