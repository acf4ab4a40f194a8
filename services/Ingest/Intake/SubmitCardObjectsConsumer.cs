using MassTransit;
using Microsoft.Extensions.Logging;
using PersoMesh.Contracts.Ingest;
using PersoMesh.Ingest.Jobs;
using PersoMesh.Sealing;

namespace PersoMesh.Ingest.Intake;

/// <summary>Takes card objects that an issuer published on the broker.</summary>
sealed partial class SubmitCardObjectsConsumer(SubmissionReader submissions, PayloadSealer sealer, ILogger<SubmitCardObjectsConsumer> logger) : IConsumer<SubmitCardObjects>
{
    public async Task Consume(ConsumeContext<SubmitCardObjects> context)
    {
        var message = context.Message;
        try
        {
            await using var records = new MemoryStream(sealer.Open("submission", message.Job, message.SealedRecords), writable: false);
            await submissions.ReadAsync(new Submission(context.MessageId ?? NewId.NextGuid(), message.Job, message.Profile, message.Format, message.Priority, "issuer on the broker"), records, context.CancellationToken);
        }
        catch (Exception e) when (e is SubmissionRefusedException or SealBrokenException)
        {
            LogRefused(logger, message.Job, e.Message);
        }
    }

    [LoggerMessage(EventId = 1001, Level = LogLevel.Error, Message = "Submission to job {Job} refused: {Reason}")]
    static partial void LogRefused(ILogger logger, string job, string reason);
}
