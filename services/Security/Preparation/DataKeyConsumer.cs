using System.Security.Cryptography;
using MassTransit;
using PersoMesh.Contracts.Preparation;
using PersoMesh.Keys;
using PersoMesh.Sealing;

namespace PersoMesh.Security.Preparation;

/// <summary>Makes and opens the keys under which other services store card data: random from the HSM, wrapped under the HSM's storage keys.</summary>
sealed class DataKeyConsumer(ISecurityModule module, PayloadSealer sealer) : IConsumer<MakeDataKey>, IConsumer<OpenDataKey>
{
    const string Purpose = "data-key";
    const int KeyLength = 32;

    public Task Consume(ConsumeContext<MakeDataKey> context) => context.RespondAsync(Make($"{context.Message.Owner}/{context.Message.JobId}"));

    public Task Consume(ConsumeContext<OpenDataKey> context) =>
        context.RespondAsync(Open($"{context.Message.Owner}/{context.Message.JobId}", context.Message.Wrapped));

    DataKeyMade Make(string subject)
    {
        using var session = module.OpenSession();
        var key = new byte[KeyLength];
        session.GenerateRandom(key);
        var made = new DataKeyMade(ScriptVault.Seal(session, Purpose, subject, key), sealer.Seal(Purpose, subject, key));
        CryptographicOperations.ZeroMemory(key);
        return made;
    }

    DataKeyOpened Open(string subject, byte[] wrapped)
    {
        using var session = module.OpenSession();
        var key = ScriptVault.Open(session, Purpose, subject, wrapped);
        var opened = new DataKeyOpened(sealer.Seal(Purpose, subject, key));
        CryptographicOperations.ZeroMemory(key);
        return opened;
    }
}
