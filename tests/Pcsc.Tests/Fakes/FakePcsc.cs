namespace PersoMesh.Pcsc.Tests.Fakes;

/// <summary>
/// A PC/SC service in memory, with what is hard to do to a real one: readers that come and go, codes out of the blue.
/// </summary>
sealed class FakePcsc : IPcscApi
{
    readonly object _gate = new();
    readonly Dictionary<string, FakeReader> _readers = new(StringComparer.Ordinal);
    readonly Dictionary<string, Queue<PcscCode>> _forced = new(StringComparer.Ordinal);
    readonly List<string> _calls = [];
    readonly HashSet<nint> _open = [];
    bool _isRunning = true;
    bool _isWaiting;
    int _expired;
    int _cancelsToIgnore;
    bool _isCancelled;
    nint _handles;

    /// <summary>Functions called, in order.</summary>
    public string[] Calls
    {
        get
        {
            lock (_gate)
                return [.. _calls];
        }
    }

    /// <summary>Contexts and cards that were not given back.</summary>
    public nint[] Open
    {
        get
        {
            lock (_gate)
                return [.. _open];
        }
    }

    /// <summary>The most states that a question may have.</summary>
    public int MaxStates { get; init; } = 16;

    /// <summary>
    /// The notification carries the number of readers, as on Windows. Otherwise it tells of readers only when their number changes during
    /// the call, as with pcsc-lite 1.9.9.
    /// </summary>
    public bool CountsReaders { get; set; }

    /// <summary>What the card answers.</summary>
    public Func<byte[], (PcscCode Code, byte[] Response)> Card { get; set; } = _ => (PcscCode.Success, [0x90, 0x00]);

    /// <summary>Happens once, after the listing of readers and before the waiting.</summary>
    public Action? BetweenListAndWait { get; set; }

    public FakePcsc Plug(string reader) => Change(() => _readers[reader] = new());

    /// <summary>A reader comes with a card in it: nobody sees it empty.</summary>
    public FakePcsc PlugWithCard(string reader, byte[] atr) => Change(() =>
    {
        _readers[reader] = new();
        _readers[reader].Insert(atr, isMute: false);
    });

    public FakePcsc Unplug(string reader) => Change(() => _readers.Remove(reader));

    public FakePcsc Fail(string reader, bool isFailed = true) => Change(() => _readers[reader].IsFailed = isFailed);

    public FakePcsc Insert(string reader, byte[]? atr, bool isMute = false) => Change(() => _readers[reader].Insert(atr ?? [], isMute));

    public FakePcsc Remove(string reader) => Change(() => _readers[reader].Remove());

    /// <summary>Another card in place of the one there, too quick for anybody to see the reader empty.</summary>
    public FakePcsc Exchange(string reader, byte[] atr) => Change(() =>
    {
        _readers[reader].Remove();
        _readers[reader].Insert(atr, isMute: false);
    });

    public FakePcsc Stop() => Change(() => _isRunning = false);

    public FakePcsc Start() => Change(() => _isRunning = true);

    /// <summary>The next calls of a function return these codes.</summary>
    public FakePcsc Force(string function, params PcscCode[] codes) => Change(() => _forced[function] = new(codes));

    /// <summary>The wait that is under way, or the next one, times out.</summary>
    public FakePcsc Expire() => Change(() => _expired++);

    /// <summary>Cancels do nothing at first, as when the waiter has not begun to wait.</summary>
    public FakePcsc IgnoreCancels(int count) => Change(() => _cancelsToIgnore = count);

    /// <summary>Returns when somebody waits for a change.</summary>
    public FakePcsc AwaitWaiter()
    {
        lock (_gate)
        {
            while (!_isWaiting)
                Assert.True(Monitor.Wait(_gate, TimeSpan.FromSeconds(30)), "nobody waits for a change");
            return this;
        }
    }

    public PcscCode EstablishContext(out nint context) => Handle("SCardEstablishContext", out context);

    public PcscCode ReleaseContext(nint context) => Release("SCardReleaseContext", context);

    public PcscCode Cancel(nint context)
    {
        Change(() => _isCancelled = --_cancelsToIgnore < 0);
        return PcscCode.Success;
    }

    public PcscCode ListReaders(nint context, out IReadOnlyList<string> readers)
    {
        lock (_gate)
        {
            readers = [];
            if (Begin("SCardListReaders") is var code && code != PcscCode.Success)
                return code;
            if (_readers.Count == 0)
                return PcscCode.NoReadersAvailable;
            readers = [.. _readers.Keys];
            return PcscCode.Success;
        }
    }

    public PcscCode GetStatusChange(nint context, uint timeoutMilliseconds, IReadOnlyList<ReaderStatus> readers)
    {
        lock (_gate)
        {
            if (Begin("SCardGetStatusChange") is var code && code != PcscCode.Success)
                return code;
            if (readers.Count > MaxStates)
                return PcscCode.InvalidParameter;
            if (readers.Any(reader => reader.Reader != ReaderStatus.PnpNotification && !_readers.ContainsKey(reader.Reader)))
                return PcscCode.UnknownReader;
            var happens = BetweenListAndWait;
            BetweenListAndWait = null;
            happens?.Invoke();
            var count = _readers.Count;
            while (true)
            {
                if (!_isRunning)
                    return PcscCode.CommunicationError;
                if (Answer(readers, count))
                    return PcscCode.Success;
                if (_isCancelled)
                    return PcscCode.Cancelled;
                if (timeoutMilliseconds == 0 || _expired > 0)
                {
                    _expired = Math.Max(0, _expired - 1);
                    return PcscCode.Timeout;
                }

                _isWaiting = true;
                Monitor.PulseAll(_gate);
                Assert.True(Monitor.Wait(_gate, TimeSpan.FromSeconds(30)), "nothing happened to wake the waiter");
                _isWaiting = false;
            }
        }
    }

    public PcscCode Connect(nint context, string reader, ShareMode mode, CardProtocols preferred, out nint card, out CardProtocols active)
    {
        active = preferred.HasFlag(CardProtocols.T1) ? CardProtocols.T1 : preferred;
        return Handle("SCardConnect", out card);
    }

    public PcscCode Reconnect(nint card, ShareMode mode, CardProtocols preferred, CardDisposition initialization, out CardProtocols active)
    {
        active = CardProtocols.T0;
        lock (_gate)
            return Begin("SCardReconnect");
    }

    public PcscCode Disconnect(nint card, CardDisposition disposition) => Release($"SCardDisconnect {disposition}", card);

    public PcscCode BeginTransaction(nint card)
    {
        lock (_gate)
            return Begin("SCardBeginTransaction");
    }

    public PcscCode EndTransaction(nint card, CardDisposition disposition)
    {
        lock (_gate)
            return Begin("SCardEndTransaction");
    }

    public PcscCode Status(nint card, out byte[] atr)
    {
        atr = [0x3B, 0x00];
        lock (_gate)
            return Begin("SCardStatus");
    }

    public PcscCode Transmit(nint card, CardProtocols protocol, ReadOnlySpan<byte> command, Span<byte> response, out int length)
    {
        length = 0;
        lock (_gate)
        {
            if (Begin("SCardTransmit") is var code && code != PcscCode.Success)
                return code;
        }

        // Outside the gate: a card may think for long.
        var answer = Card(command.ToArray());
        answer.Response.CopyTo(response);
        length = answer.Response.Length;
        return answer.Code;
    }

    bool Answer(IReadOnlyList<ReaderStatus> readers, int countAtBegin)
    {
        var isChanged = false;
        foreach (var status in readers)
        {
            var reader = _readers.GetValueOrDefault(status.Reader);
            var state = status.Reader == ReaderStatus.PnpNotification
                ? CountsReaders ? (uint)_readers.Count << 16 : _readers.Count == countAtBegin ? 0 : (uint)ReaderStates.Changed
                : reader?.State ?? (uint)(ReaderStates.Unknown | ReaderStates.Unavailable);
            status.Atr = reader?.Atr ?? [];
            status.EventState = state == status.CurrentState ? state : state | (uint)ReaderStates.Changed;
            isChanged |= state != status.CurrentState;
        }

        return isChanged;
    }

    PcscCode Handle(string function, out nint handle)
    {
        lock (_gate)
        {
            var code = Begin(function);
            handle = code == PcscCode.Success ? ++_handles : 0;
            if (handle != 0)
                _open.Add(handle);
            return code;
        }
    }

    PcscCode Release(string function, nint handle)
    {
        lock (_gate)
        {
            _calls.Add(function);
            return _open.Remove(handle) ? PcscCode.Success : PcscCode.InvalidHandle;
        }
    }

    PcscCode Begin(string function)
    {
        _calls.Add(function);
        if (_forced.TryGetValue(function, out var codes) && codes.TryDequeue(out var code))
            return code;
        return _isRunning ? PcscCode.Success : PcscCode.NoService;
    }

    FakePcsc Change(Action change)
    {
        lock (_gate)
        {
            change();
            Monitor.PulseAll(_gate);
            return this;
        }
    }

    sealed class FakeReader
    {
        int _events;
        bool _isMute;
        bool _isOccupied;

        public byte[] Atr { get; private set; } = [];

        public bool IsFailed { get; set; }

        public uint State => IsFailed ? (uint)ReaderStates.Unavailable : (uint)(_events << 16) | (uint)(
            !_isOccupied ? ReaderStates.Empty : ReaderStates.Present | (_isMute ? ReaderStates.Mute : ReaderStates.Unaware));

        public void Insert(byte[] atr, bool isMute)
        {
            _events += _isOccupied ? 0 : 1;
            (_isOccupied, _isMute, Atr) = (true, isMute, atr);
        }

        public void Remove()
        {
            _events++;
            (_isOccupied, Atr) = (false, []);
        }
    }
}
