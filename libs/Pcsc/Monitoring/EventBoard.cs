using System.Threading.Channels;

namespace PersoMesh.Pcsc.Monitoring;

/// <summary>Hands events to any number of watchers, each of whom first learns what is. Thread-safe.</summary>
sealed class EventBoard
{
    readonly Lock _gate = new();
    readonly List<Channel<ReaderEvent>> _watchers = [];
    readonly ReaderTable _table = new();
    ReaderEvent? _service;
    bool _isClosed;
    Exception? _error;

    /// <summary>Changes the table and passes on what that means.</summary>
    /// <returns>True when there was something to pass on.</returns>
    public bool Apply(Func<ReaderTable, IEnumerable<ReaderEvent>> change)
    {
        lock (_gate)
        {
            var any = false;
            foreach (var @event in change(_table))
            {
                any = true;
                Post(@event);
            }

            return any;
        }
    }

    /// <summary>Passes on that the service was found or lost, unless it was told already.</summary>
    public void ApplyService(ReaderEvent @event)
    {
        lock (_gate)
        {
            if (_service?.GetType() == @event.GetType())
                return;
            _service = @event;
            Post(@event);
        }
    }

    /// <summary>See <see cref="ReaderTable.Question"/>.</summary>
    public List<ReaderStatus> Question()
    {
        lock (_gate)
            return _table.Question();
    }

    /// <summary>A new watcher's queue, with what is.</summary>
    public Channel<ReaderEvent> Open()
    {
        var channel = Channel.CreateUnbounded<ReaderEvent>(new() { SingleReader = true });
        lock (_gate)
        {
            if (_service is not null)
                channel.Writer.TryWrite(_service);
            foreach (var @event in _table.Describe())
                channel.Writer.TryWrite(@event);
            _watchers.Add(channel);
            if (_isClosed)
                channel.Writer.Complete(_error);
        }

        return channel;
    }

    public void Close(Channel<ReaderEvent> channel)
    {
        lock (_gate)
            _watchers.Remove(channel);
    }

    /// <summary>No further event comes, for watchers that are there and those that come later.</summary>
    public void Close(Exception? error)
    {
        lock (_gate)
        {
            (_isClosed, _error) = (true, error);
            _watchers.ForEach(channel => channel.Writer.TryComplete(error));
        }
    }

    void Post(ReaderEvent @event) => _watchers.ForEach(channel => channel.Writer.TryWrite(@event));
}
