using PersoMesh.SmartCard.Commands;
using PersoMesh.VirtualCards.Layout;

namespace PersoMesh.VirtualCards.Agents;

/// <summary>Which password the card was opened with.</summary>
enum CardAuthority
{
    None,
    Transport,
    Own,
}

/// <summary>What a reset takes away from a card.</summary>
/// <param name="Authority">Which password is verified.</param>
/// <param name="Selected">The current file; null before any was selected.</param>
/// <param name="SelectedDf">The current DF.</param>
readonly record struct CardContext(CardAuthority Authority, FilePath? Selected, FilePath? SelectedDf);

/// <summary>Collects steps, and for each the card's volatile state before it and the proof that it was carried out.</summary>
sealed class ScriptBuilder
{
    readonly List<CardStep> _steps = [];
    readonly List<CardContext> _contexts = [default];
    readonly List<Func<IEnumerable<CardStep>>?> _evidence = [];

    public IReadOnlyList<CardStep> Steps => _steps;

    public CardContext Context => _contexts[^1];

    /// <param name="step">The step.</param>
    /// <param name="after">The card's volatile state after it; null when it stays.</param>
    /// <param name="evidence">
    /// Steps that all succeed when this one was carried out; null for a step that may be repeated. Called only when asked for.
    /// </param>
    public void Add(CardStep step, CardContext? after = null, Func<IEnumerable<CardStep>>? evidence = null)
    {
        _steps.Add(step);
        _contexts.Add(after ?? Context);
        _evidence.Add(evidence);
    }

    /// <summary>Goes to a file, identifier by identifier: every card knows that way.</summary>
    public void Select(FilePath path, bool isDf)
    {
        foreach (var step in SelectSteps(path))
        {
            var isDfStep = step.File != path || isDf;
            Add(step, Context with { Selected = step.File, SelectedDf = isDfStep ? step.File : step.File.Parent });
        }
    }

    /// <summary>The state before a step.</summary>
    public CardContext ContextBefore(int index) => _contexts[index];

    public IEnumerable<CardStep> EvidenceFor(int index) => _evidence[index]?.Invoke() ?? [];

    /// <summary>Steps that select a file from the master file down.</summary>
    /// <param name="path">The file.</param>
    /// <param name="last">Changes the last step.</param>
    public static IEnumerable<CardStep> SelectSteps(FilePath path, Func<CardStep, CardStep>? last = null)
    {
        var at = FilePath.MasterFile;
        foreach (var fileId in path.FileIds)
        {
            if (fileId != FilePath.MasterFile.FileId)
                at = at.Child(fileId);
            var isLast = at == path;
            var returned = isLast && last is not null ? SelectReturn.Fcp : SelectReturn.Nothing;
            var step = new CardStep(CardStepPurpose.Select, SelectCommands.FileById(fileId, returned), at);
            yield return isLast && last is not null ? last(step) : step;
        }
    }
}
