using PersoMesh.SmartCard;
using PersoMesh.SmartCard.FileSystem;
using PersoMesh.VirtualCards.Layout;

namespace PersoMesh.VirtualCards.Agents;

/// <summary>What a command is for.</summary>
public enum CardStepPurpose
{
    /// <summary>Looks at the card before something is done to it.</summary>
    Check,

    /// <summary>Verifies a password.</summary>
    Authenticate,

    /// <summary>Makes a file.</summary>
    Create,

    /// <summary>Goes to a file.</summary>
    Select,

    /// <summary>Writes data.</summary>
    Write,

    /// <summary>Sets a password or a resetting code.</summary>
    SetPassword,

    /// <summary>Puts a file's access conditions in force.</summary>
    Activate,

    /// <summary>Reads data back.</summary>
    Read,
}

/// <summary>A command to a card and what the card must answer.</summary>
/// <param name="Purpose">What it is for.</param>
/// <param name="Command">The command.</param>
/// <param name="File">The file that it is about.</param>
public sealed record CardStep(CardStepPurpose Purpose, CommandApdu Command, FilePath File)
{
    static readonly IReadOnlyList<ushort> Success = [StatusWords.Success];

    /// <summary>Number of the record that is written or read; null when it is no record.</summary>
    public int? Record { get; init; }

    /// <summary>Offset in a transparent file, in bytes; null when it is none.</summary>
    public int? Offset { get; init; }

    /// <summary>Status words of which one must come; 9000 when nothing else is said.</summary>
    public IReadOnlyList<ushort> Expected { get; init; } = Success;

    /// <summary>The response data that must come; null when any may. A view of the image.</summary>
    public ReadOnlyMemory<byte>? ExpectedData { get; init; }

    /// <summary>The response must be file control parameters that say the same as these, as far as they go; null when any may.</summary>
    public FileControlParameters? ExpectedParameters { get; init; }

    /// <summary>The response must be file control parameters with one of these life cycle states; empty when any may.</summary>
    public IReadOnlyList<LifeCycleStatus> ExpectedLifeCycles { get; init; } = [];

    /// <summary>True when the command data hold a password or the content of a private or key file: not logged, not kept in clear.</summary>
    public bool IsSecret { get; init; }

    /// <summary>File, and record or offset: what is said of a card that was pulled out.</summary>
    public string Where => this switch
    {
        { Record: { } record } => $"file {File}, record {record}",
        { Offset: { } offset } => $"file {File}, offset {offset}",
        _ => $"file {File}",
    };

    /// <summary>What is wrong with a response, as the end of a sentence; null when nothing is. Holds no byte of the data.</summary>
    /// <param name="response">What the card answered.</param>
    public string? FaultIn(ResponseApdu response)
    {
        ArgumentNullException.ThrowIfNull(response);
        if (!Expected.Contains(response.StatusWord))
            return $"the card answers {response.StatusWord:X4} ({StatusWords.Describe(response.StatusWord)}) to {Command.Header}";
        if (ExpectedData is { } expected && !response.Data.Span.SequenceEqual(expected.Span))
            return DataFault(expected.Span, response.Data.Span);
        return ExpectedParameters is not null || ExpectedLifeCycles.Count > 0 ? FileParameterCheck.FaultIn(this, response.Data) : null;
    }

    /// <summary>Purpose and place, no data.</summary>
    public override string ToString() => $"{Purpose}: {Where}";

    string DataFault(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual)
    {
        var same = expected.CommonPrefixLength(actual);
        return same == Math.Min(expected.Length, actual.Length)
            ? $"the card has {actual.Length} bytes where the image has {expected.Length}"
            : $"the card differs from the image from byte {Offset.GetValueOrDefault() + same}";
    }
}
