using PersoMesh.AuditLog;
using PersoMesh.Controller.Dispatch;

namespace PersoMesh.Controller.Tests;

public sealed class InMemoryCardDispatcherTests : CardDispatcherConformance
{
    readonly List<AuditRecord> _audit = [];

    internal override Task<ICardDispatcher> CreateAsync(int budget = 3) => Task.FromResult<ICardDispatcher>(Some.Dispatcher(budget, _audit.Add));

    internal override Task<IReadOnlyList<string>> AuditAsync() => Task.FromResult<IReadOnlyList<string>>([.. _audit.Select(Describe)]);
}
