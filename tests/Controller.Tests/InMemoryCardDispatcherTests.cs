using PersoMesh.Controller.Dispatch;

namespace PersoMesh.Controller.Tests;

public sealed class InMemoryCardDispatcherTests : CardDispatcherConformance
{
    internal override Task<ICardDispatcher> CreateAsync(int budget = 3) => Task.FromResult<ICardDispatcher>(Some.Dispatcher(budget));
}
