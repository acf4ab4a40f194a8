using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using PersoMesh.AuditLog;
using PersoMesh.Contracts.Preparation;
using PersoMesh.Controller.Dispatch;

namespace PersoMesh.Controller.Tests;

static class Some
{
    public static readonly byte[] SecurityDomain = Convert.FromHexString("A000000151000000");

    public static InMemoryCardDispatcher Dispatcher(int budget = 3, Action<AuditRecord>? note = null) =>
        new(Options.Create(new ControllerOptions { WrongCryptogramBudget = budget }), TimeProvider.System, NullLogger<InMemoryCardDispatcher>.Instance, note ?? (_ => { }));

    public static JobReference Job(string name = "job", string pool = "emv", int priority = 0, int maxAttempts = 2) =>
        new(Guid.CreateVersion7(), name, "emv-debit@1", pool, priority, maxAttempts);

    public static WaitingReader Reader(Guid session, string pool = "emv", string? place = null) => new(session, pool, place ?? session.ToString());

    public static ReadyCard Card(string id) => new(id, 1, new ChannelOpening(SecurityDomain, 0x20), [1], [2]);

    public static ReadyCard[] Cards(params string[] ids) => [.. ids.Select(Card)];
}
