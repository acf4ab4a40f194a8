using System.Runtime.CompilerServices;
using PersoMesh.Pcsc.Monitoring;
using PersoMesh.Pcsc.Native;

namespace PersoMesh.Pcsc;

/// <summary>
/// Watches all readers of this machine: which are there, and which have a card. Waits in SCardGetStatusChange on a thread of its own; when
/// the PC/SC service stops, goes on with a new context as soon as there is one. One for a process is enough. Thread-safe.
/// </summary>
public sealed class ReaderMonitor : IAsyncDisposable
{
    // pcscd wakes us for things that are no news (sharing of a card); many in a row are a driver gone mad.
    const int QuietReturnsBeforePause = 64;
    static readonly TimeSpan QuietPause = TimeSpan.FromMilliseconds(200);
    static readonly TimeSpan CancelInterval = TimeSpan.FromMilliseconds(20);
    static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(5);

    readonly IPcscApi _api;
    readonly ReaderMonitorOptions _options;
    readonly TimeProvider _time;
    readonly EventBoard _board = new();
    readonly CancellationTokenSource _stop = new();
    readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Lock _contextGate = new();
    nint _context;
    int _pnpLimit = int.MaxValue;

    /// <summary>Begins to watch the readers of this machine.</summary>
    /// <param name="options">How; the defaults suit pcsc-lite and Windows.</param>
    /// <exception cref="DllNotFoundException">pcsc-lite is not installed.</exception>
    public ReaderMonitor(ReaderMonitorOptions? options = null)
        : this(NativePcsc.Instance, options ?? new(), TimeProvider.System)
    {
    }

    /// <summary>Begins to watch through another implementation of PC/SC, for tests.</summary>
    /// <param name="api">The implementation.</param>
    /// <param name="options">How.</param>
    /// <param name="time">Clock for the waits between attempts.</param>
    public ReaderMonitor(IPcscApi api, ReaderMonitorOptions options, TimeProvider time)
    {
        (_api, _options, _time) = (api, options, time);
        new Thread(Run) { IsBackground = true, Name = "PC/SC readers" }.Start();
    }

    /// <summary>
    /// The readers and cards that are there now, as events, and then every change. Each watcher has a queue of its own without bound: read
    /// it steadily, or watch anew.
    /// </summary>
    /// <param name="cancellationToken">Ends the watching with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>Ends when the monitor is disposed.</returns>
    public async IAsyncEnumerable<ReaderEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var channel = _board.Open();
        try
        {
            await foreach (var @event in channel.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                yield return @event;
        }
        finally
        {
            _board.Close(channel);
        }
    }

    /// <summary>Stops watching; returns when the thread has ended, or after 5 s when the service hangs.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _ = Task.Run(CancelUntilEndedAsync);
        try
        {
            await _ended.Task.WaitAsync(ClosePatience).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The service neither answers nor breaks the connection. The thread does not keep the process alive.
        }
    }

    // SCardCancel does nothing when the thread has not begun to wait at that moment, so it is asked until it worked.
    async Task CancelUntilEndedAsync()
    {
        while (!_ended.Task.IsCompleted)
        {
            lock (_contextGate)
            {
                if (_context != 0)
                    _api.Cancel(_context);
            }

            await Task.WhenAny(_ended.Task, Task.Delay(CancelInterval, CancellationToken.None)).ConfigureAwait(false);
        }
    }

    void Run()
    {
        try
        {
            var delay = _options.FirstRetryDelay;
            while (!_stop.IsCancellationRequested)
            {
                var (function, code, hasWorked) = WatchOneContext();
                if (_stop.IsCancellationRequested)
                    break;
                _board.Apply(table => table.Clear());
                _board.ApplyService(new ServiceLost(new PcscException(function, code)));
                delay = hasWorked ? _options.FirstRetryDelay : delay;
                Pause(delay);
                delay = TimeSpan.FromTicks(Math.Min(delay.Ticks * 2, _options.LongestRetryDelay.Ticks));
            }

            _board.Close(error: null);
        }
#pragma warning disable CA1031 // A thread must not end the process; the watchers learn of the mistake.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _board.Close(e);
        }

        _ended.SetResult();
    }

    (string Function, PcscCode Code, bool HasWorked) WatchOneContext()
    {
        var code = _api.EstablishContext(out var context);
        if (code != PcscCode.Success)
            return ("SCardEstablishContext", code, false);
        lock (_contextGate)
            _context = context;
        try
        {
            return Watch(context);
        }
        finally
        {
            // Not while a cancel is on its way to this context.
            lock (_contextGate)
                _context = 0;
            _api.ReleaseContext(context);
        }
    }

    (string Function, PcscCode Code, bool HasWorked) Watch(nint context)
    {
        var hasWorked = false;
        var notification = new ReaderStatus(ReaderStatus.PnpNotification);
        for (var quietReturns = 0; !_stop.IsCancellationRequested;)
        {
            var code = _api.ListReaders(context, out var readers);
            // No reader at all is a state like others, on Windows too, where the service then stops now and again.
            if (code is not (PcscCode.Success or PcscCode.NoReadersAvailable))
                return ("SCardListReaders", code, hasWorked);
            hasWorked = true;
            _board.ApplyService(new ServiceFound());
            var isNews = _board.Apply(table => table.Update(readers));

            code = Wait(context, readers.Count, notification, out var answer);
            if (code == PcscCode.Success)
                isNews |= _board.Apply(table => table.Accept(answer));
            else if (IsFatal(code))
                return ("SCardGetStatusChange", code, hasWorked);

            quietReturns = isNews || code == PcscCode.Timeout ? 0 : quietReturns + 1;
            if (quietReturns >= QuietReturnsBeforePause)
                Pause(QuietPause);
        }

        return ("SCardGetStatusChange", PcscCode.Cancelled, hasWorked);
    }

    PcscCode Wait(nint context, int readers, ReaderStatus notification, out List<ReaderStatus> answer)
    {
        var question = answer = _board.Question();
        var timeout = (uint)_options.ListInterval.TotalMilliseconds;
        if (readers >= _pnpLimit)
            return _api.GetStatusChange(context, timeout, question);
        var code = _api.GetStatusChange(context, timeout, [.. question, notification]);
        // Windows and pcsc-lite from 2.3 on count in it, so that nothing is missed between two calls.
        if (code == PcscCode.Success)
            notification.AcceptEvent();
        if (code != PcscCode.InvalidParameter || readers == 0)
            return code;
        // pcsc-lite before 2.5 takes 16 states, which is also all the readers it can have: with so many, none can come.
        _pnpLimit = readers;
        return _api.GetStatusChange(context, timeout, question);
    }

    // An unknown reader was unplugged after the listing: list again. Being cancelled by somebody else changes nothing.
    static bool IsFatal(PcscCode code) => code is not (PcscCode.Timeout or PcscCode.Cancelled or PcscCode.UnknownReader
        or PcscCode.ReaderUnavailable or PcscCode.NoReadersAvailable);

    void Pause(TimeSpan duration)
    {
        try
        {
            Task.Delay(duration, _time, _stop.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            // Asked to stop: the loops look.
        }
    }
}
