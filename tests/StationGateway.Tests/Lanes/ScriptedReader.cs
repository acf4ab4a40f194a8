using System.Collections.Concurrent;
using PersoMesh.Contracts.Session;
using PersoMesh.StationGateway.Readers;

namespace PersoMesh.StationGateway.Tests.Lanes;

/// <summary>A reader whose cards answer 9000 to everything, and which notes what it was told. A test can hold a command.</summary>
sealed class ScriptedReader(string name = "reader-1", int cards = int.MaxValue) : ICardReader
{
    int _left = cards;

    public string Name => name;

    /// <summary>Commands that reached a card.</summary>
    public ConcurrentQueue<string> Commands { get; } = new();

    public ConcurrentQueue<Verdict> Ejected { get; } = new();

    /// <summary>What it was told after a restart; null for nothing.</summary>
    public bool? HasUsedCard { get; private set; }

    /// <summary>Runs before a command is answered.</summary>
    public Func<Task>? BeforeAnswer { get; set; }

    /// <summary>What the next command meets instead of an answer.</summary>
    public CardFault? NextFault { get; set; }

    /// <summary>The card can be reset when it was mute.</summary>
    public bool IsContactBack { get; set; }

    /// <summary>How often it was reset.</summary>
    public int Resets { get; private set; }

    public ValueTask<bool> TryRegainContactAsync(CancellationToken cancellationToken)
    {
        Resets++;
        return ValueTask.FromResult(IsContactBack);
    }

    public void Recover(bool hasUsedCard) => HasUsedCard = hasUsedCard;

    public ValueTask<byte[]?> NextCardAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult<byte[]?>(_left-- > 0 ? [0x3B, 0x00] : null);

    public async ValueTask<byte[]> TransmitAsync(ReadOnlyMemory<byte> command, CancellationToken cancellationToken)
    {
        Commands.Enqueue(Convert.ToHexString(command.Span));
        if (BeforeAnswer is { } wait)
            await wait();
        if (NextFault is { } fault)
        {
            NextFault = null;
            throw new CardFaultException(fault);
        }

        return [command.Span[^1], 0x90, 0x00];
    }

    public ValueTask EjectAsync(Verdict verdict, string? cardObjectId, CancellationToken cancellationToken)
    {
        Ejected.Enqueue(verdict);
        return ValueTask.CompletedTask;
    }
}
