using MassTransit;
using PersoMesh.Contracts.Session;
using PersoMesh.Sealing;
using PersoMesh.StationGateway.Modules;
using PersoMesh.StationGateway.Readers;

namespace PersoMesh.StationGateway.Lanes;

/// <summary>
/// One reader's work: relays commands between Controller and card, one session after the other. It decides nothing about what a
/// card gets, and executes each batch once: a repeated message is answered from <see cref="LaneJournal"/>.
/// </summary>
public sealed class ReaderLane(string station, string pool, ICardReader reader, IModuleWriter modules, PayloadSealer sealer, TimeProvider time) : IDisposable
{
    static readonly Uri Sessions = new("exchange:card-session");

    readonly SemaphoreSlim _gate = new(1);
    readonly LaneJournal _journal = new();
    readonly SealedCommands _commands = new(sealer);
    CardAssigned? _assigned;
    StationReady? _ready;
    long _saidAt;
    bool _isSaid;

    public string Reader => reader.Name;

    /// <summary>What the lane does, for displays.</summary>
    public string Activity => _assigned is not null ? "personalizing" : _ready is not null ? "waiting" : "no card";

    /// <summary>Waits for the first card; <see cref="RemindAsync"/> then says that it is there.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (await reader.NextCardAsync(cancellationToken) is { } atr)
            _ready = new StationReady { SessionId = NewId.NextGuid(), Station = station, Reader = Reader, Pool = pool, Atr = atr };
    }

    /// <summary>Says that a card waits, when that was not said yet, or long ago and nothing came.</summary>
    public async Task RemindAsync(ISendEndpointProvider sender, TimeSpan after, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_ready is not null && _assigned is null && (!_isSaid || time.GetElapsedTime(_saidAt) >= after))
                await SayAsync(sender, _ready, cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Opens the card for a session and returns what it answered.</summary>
    public Task AssignAsync(ConsumeContext<CardAssigned> context) => LockedAsync(context, async message =>
    {
        if (message.SessionId != _ready?.SessionId)
            return; // A card that is no longer here: its session's deadline takes care of it.
        if (!_journal.TryFind(message.SessionId, 0, out var outcome))
        {
            _assigned = message;
            outcome = await ExecuteAsync(message.Opening, context.CancellationToken);
            _journal.Write(message.SessionId, 0, outcome);
        }

        await context.Send(Sessions, new ProgrammingRequested { SessionId = message.SessionId, Outcome = outcome });
    });

    /// <summary>Sends a batch to the card and returns what it answered.</summary>
    public Task ProgramAsync(ConsumeContext<CommandBatch> context) => LockedAsync(context, async message =>
    {
        if (message.SessionId != _assigned?.SessionId)
            return;
        if (!_journal.TryFind(message.SessionId, message.Sequence, out var outcome))
        {
            outcome = await ExecuteAsync(message.Commands, context.CancellationToken);
            _journal.Write(message.SessionId, message.Sequence, outcome);
        }

        await context.Send(Sessions, new BatchResult(message.SessionId, message.Sequence, outcome));
    });

    /// <summary>Carries out the verdict, acknowledges it and, if a further card is there, says so in the same message.</summary>
    public Task CompleteAsync(ConsumeContext<FormatComplete> context) => LockedAsync(context, async message =>
    {
        if (message.SessionId != _ready?.SessionId)
        {
            if (_journal.LastFinished == message.SessionId)
                await context.Send(Sessions, new FormatCompleteAcknowledged(message.SessionId));
            return;
        }

        if (_assigned is { } assigned && message.Verdict == Verdict.Good)
            await modules.WriteAsync(assigned, context.CancellationToken);
        await reader.EjectAsync(message.Verdict, _assigned?.CardObjectId, context.CancellationToken);
        _journal.Finish(message.SessionId);
        (_assigned, _ready) = (null, null);

        var next = reader.NextCardAsync(CancellationToken.None);
        if (next.IsCompleted && await next is { } atr)
        {
            var ready = new NextCardReady
            {
                SessionId = NewId.NextGuid(),
                AcknowledgedSessionId = message.SessionId,
                Station = station,
                Reader = Reader,
                Pool = pool,
                Atr = atr,
            };
            (_ready, _isSaid) = (ready, false);
            await SayAsync(context, ready, context.CancellationToken);
            return;
        }

        await context.Send(Sessions, new FormatCompleteAcknowledged(message.SessionId));
    });

    public void Dispose() => _gate.Dispose();

    async Task<BatchOutcome> ExecuteAsync(IReadOnlyList<CardCommand> commands, CancellationToken cancellationToken)
    {
        using var span = GatewayTelemetry.StartBatch(commands.Count, station, Reader, _assigned!);
        List<byte[]> responses = new(commands.Count);
        foreach (var command in commands)
        {
            try
            {
                var response = await _commands.TransmitAsync(reader, command, _assigned!.SessionId, responses.Count, cancellationToken);
                responses.Add(response);
                if (!IsExpected(command, response))
                    break;
            }
            catch (CardFaultException e)
            {
                span?.SetTag("persomesh.card_fault", e.Fault.ToString());
                return new BatchOutcome(responses, e.Fault);
            }
        }

        span?.SetTag("persomesh.apdus", responses.Count);
        return new BatchOutcome(responses);
    }

    static bool IsExpected(CardCommand command, byte[] response) =>
        response.Length >= 2 && command.Expected.Contains((ushort)((response[^2] << 8) | response[^1]));

    // The runtime type decides which of the two messages goes out.
    async Task SayAsync(ISendEndpointProvider sender, StationReady ready, CancellationToken cancellationToken)
    {
        var endpoint = await sender.GetSendEndpoint(Sessions);
        await endpoint.Send(ready, ready.GetType(), cancellationToken);
        (_isSaid, _saidAt) = (true, time.GetTimestamp());
    }

    async Task LockedAsync<T>(ConsumeContext<T> context, Func<T, Task> action)
        where T : class
    {
        await _gate.WaitAsync(context.CancellationToken);
        try
        {
            await action(context.Message);
        }
        finally
        {
            _gate.Release();
        }
    }
}
