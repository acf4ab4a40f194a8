namespace PersoMesh.SagaBench.Errands;

/// <summary>Begins an errand.</summary>
public sealed record Begin(Guid ErrandId)
{
    /// <summary>Something to remember.</summary>
    public byte[] Payload { get; init; } = [];

    /// <summary>Until when it must have moved on.</summary>
    public DateTimeOffset? Deadline { get; init; }
}

/// <summary>Moves an errand on.</summary>
public sealed record Step(Guid ErrandId, int Number)
{
    /// <summary>Size in bytes of what comes back.</summary>
    public int AnswerSize { get; init; }
}

/// <summary>Ends an errand.</summary>
public sealed record Finish(Guid ErrandId);

/// <summary>Begins and ends an errand.</summary>
public sealed record Flash(Guid ErrandId);

/// <summary>Asks how far an errand is; changes nothing.</summary>
public sealed record Ask(Guid ErrandId);

/// <summary>Answer to <see cref="Ask"/>.</summary>
public sealed record Status(Guid ErrandId, int Steps);

/// <summary>An errand has begun.</summary>
public sealed record Begun(Guid ErrandId);

/// <summary>An errand has moved on: published to whoever listens.</summary>
/// <param name="ErrandId">Which one.</param>
/// <param name="Number">Of the step.</param>
/// <param name="Count">Steps so far, this one included.</param>
public sealed record Stepped(Guid ErrandId, int Number, int Count);

/// <summary>The same, sent to one receiver.</summary>
public sealed record Note(Guid ErrandId, int Number, byte[] Payload);

/// <summary>An errand has ended.</summary>
public sealed record Finished(Guid ErrandId, int Count);
