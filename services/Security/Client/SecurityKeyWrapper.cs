using System.Security.Cryptography;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using PersoMesh.Contracts.Preparation;
using PersoMesh.DataKeys;
using PersoMesh.Hosting;
using PersoMesh.Sealing;

namespace PersoMesh.SecurityClient;

/// <summary>
/// Has data keys made and opened by Security, the only service that opens the HSM. Compiled into each service that stores card data, which adds the
/// name that its keys are made for.
/// </summary>
sealed partial class SecurityKeyWrapper(IServiceScopeFactory scopes, PayloadSealer sealer) : IDataKeyWrapper
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public async Task<(byte[] Wrapped, DataKey Key)> MakeAsync(Guid jobId, CancellationToken cancellationToken)
    {
        var made = await AskAsync<MakeDataKey, DataKeyMade>(new MakeDataKey(jobId, Owner), cancellationToken);
        return (made.Wrapped, Open(jobId, made.SealedKey));
    }

    public async Task<DataKey> OpenAsync(Guid jobId, byte[] wrapped, CancellationToken cancellationToken) =>
        Open(jobId, (await AskAsync<OpenDataKey, DataKeyOpened>(new OpenDataKey(jobId, Owner, wrapped), cancellationToken)).SealedKey);

    DataKey Open(Guid jobId, byte[] sealedKey)
    {
        var key = sealer.Open("data-key", $"{Owner}/{jobId}", sealedKey);
        try
        {
            return new DataKey(key);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    async Task<TAnswer> AskAsync<TQuestion, TAnswer>(TQuestion question, CancellationToken cancellationToken)
        where TQuestion : class
        where TAnswer : class
    {
        await using var scope = scopes.CreateAsyncScope();
        var client = scope.ServiceProvider.GetRequiredService<IRequestClient<TQuestion>>();
        try
        {
            return (await client.GetResponse<TAnswer>(question, cancellationToken, RequestTimeout.After(ms: (int)Patience.TotalMilliseconds))).Message;
        }
        catch (RequestException e)
        {
            throw new ServiceAwayException("Security does not give the data key of a job: is it running, and its HSM there?", e);
        }
    }
}
