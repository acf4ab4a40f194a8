using PersoMesh.Contracts.Session;

namespace PersoMesh.StationGateway.Readers.Feeding;

/// <summary>An operator. What she is to do next is the reader's <see cref="ICardReader.Instruction"/>.</summary>
sealed class ManualFeeder : IFeeder
{
    public bool IsAutomatic => false;

    public ValueTask<bool> FeedAsync(CancellationToken cancellationToken) => ValueTask.FromResult(true);

    public ValueTask FlipAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask StackAsync(Verdict verdict, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
