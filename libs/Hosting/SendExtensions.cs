using MassTransit;

namespace PersoMesh.Hosting;

/// <summary>Sends commands from outside a consumer.</summary>
public static class SendExtensions
{
    /// <summary>Sends a command to an address, under the message type <typeparamref name="T"/>.</summary>
    /// <exception cref="MessageReturnedException">No queue takes it.</exception>
    public static async Task SendAsync<T>(this ISendEndpointProvider provider, Uri address, T message, CancellationToken cancellationToken)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(provider);
        var endpoint = await provider.GetSendEndpoint(address).ConfigureAwait(false);
        await endpoint.Send(message, cancellationToken).ConfigureAwait(false);
    }
}
