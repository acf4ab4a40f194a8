using PersoMesh.Keys;
using PersoMesh.VirtualCards;
using PersoMesh.VirtualCards.Agents;

namespace PersoMesh.Security.VirtualCards;

/// <summary>
/// An open image with the commands of a session's batch. The same state always gives the same ones, so nothing but the state is kept between batches.
/// </summary>
sealed class CardWork : IDisposable
{
    readonly ICardAgent _agent;
    readonly ReadOnlyMemory<byte> _transportPassword;
    readonly CardScript _personalization;
    readonly CardScript _readBack;
    readonly ResumePlan? _resumption;
    readonly int _restored;

    CardWork(VirtualCard image, ICardAgent agent, byte[] transportPassword, VirtualCardState state)
    {
        (Image, _agent, _transportPassword) = (image, agent, transportPassword);
        _personalization = agent.Personalize(image, transportPassword);
        _readBack = agent.ReadBack(image);
        if (state.Sequence > 1 && state.Next < _personalization.Steps.Count)
            _resumption = agent.Resume(image, transportPassword, state.Next);
        if (state.IsProof)
        {
            Steps = _resumption!.Evidence.Steps;
            return;
        }

        var restoration = _resumption?.RestoreNotDone.Steps ?? [];
        _restored = restoration.Count;
        Steps = [.. restoration, .. _personalization.Steps.Skip(state.Next), .. _readBack.Steps];
    }

    public VirtualCard Image { get; }

    /// <summary>The commands of the batch.</summary>
    public IReadOnlyList<CardStep> Steps { get; }

    public static CardWork Begin(ISecuritySession session, VirtualCardState state)
    {
        var card = state.Script.VirtualCard!;
        return new(VirtualCardIssuing.Open(session, card), VirtualCardIssuing.CreateAgent(card.Agent), card.TransportPassword, state);
    }

    /// <summary>How to go on after the contact was lost at a command.</summary>
    /// <param name="state">The state of this batch.</param>
    /// <param name="answered">How many of its commands were answered.</param>
    public VirtualCardState Lost(VirtualCardState state, int answered)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(answered, Steps.Count);
        // What restores may be repeated, and so may what reads back.
        var lost = Math.Min(state.Next + Math.Max(0, answered - _restored), _personalization.Steps.Count);
        var next = state with { Sequence = state.Sequence + 1, Next = lost };
        if (answered < _restored || lost == _personalization.Steps.Count)
            return next;
        using var plan = _agent.Resume(Image, _transportPassword.Span, lost);
        return next with { IsProof = plan.Evidence.Steps.Count > 0 };
    }

    /// <summary>How to go on after a proof.</summary>
    /// <param name="state">The state of this batch.</param>
    /// <param name="answered">How many of its commands were answered.</param>
    /// <param name="isAsExpected">Every answer was the one that proves.</param>
    public VirtualCardState Proved(VirtualCardState state, int answered, bool isAsExpected)
    {
        var next = state with { Sequence = state.Sequence + 1 };
        // Answers as they must be, but not all: the contact was lost once more.
        if (isAsExpected && answered < Steps.Count)
            return next;
        return next with { IsProof = false, Next = isAsExpected ? state.Next + 1 : state.Next };
    }

    public void Dispose()
    {
        _personalization.Dispose();
        _readBack.Dispose();
        _resumption?.Dispose();
        Image.Dispose();
    }
}
