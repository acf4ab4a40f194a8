using MassTransit;

namespace PersoMesh.Hosting;

/// <summary>
/// RabbitMQ confirms and drops a message that no queue takes. Mandatory messages come back as an exception instead, so the
/// sender's retry holds them until the receiver has declared its queue.
/// </summary>
static class MandatoryDelivery
{
    public static void Apply(ISendPipeConfigurator pipe) => pipe.UseExecute(Mark);

    public static void Apply(IPublishPipeConfigurator pipe) => pipe.UseExecute(Mark);

    // Faults and the framework's own events may have no reader; commands, answers and our events must have one.
    static void Mark(SendContext context)
    {
        if (context is RabbitMqSendContext rabbit)
            rabbit.Mandatory = context.SupportedMessageTypes?.All(type => type.StartsWith("urn:message:PersoMesh.", StringComparison.Ordinal)) ?? false;
    }
}
