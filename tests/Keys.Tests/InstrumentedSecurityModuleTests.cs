using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace PersoMesh.Keys.Tests;

public sealed class InstrumentedSecurityModuleTests
{
    static readonly byte[] KeyValue = Convert.FromHexString("2B7E151628AED2A6ABF7158809CF4F3C");

    [Fact]
    public void Each_call_becomes_a_span_with_operation_key_label_and_length()
    {
        using var spans = new SpanRecorder();
        using var module = Create();
        using (var session = module.OpenSession())
        using (var key = session.GetKey("kmc"))
        {
            var block = new byte[16];
            key.EncryptEcb(block, block);
            key.DecryptCbc(new byte[16], new byte[32], new byte[32]);
            session.GenerateRandom(block);
        }

        Assert.Equal(
            ["hsm OpenSession", "hsm GetKey", "hsm EncryptEcb", "hsm DecryptCbc", "hsm GenerateRandom"],
            spans.Ended.Select(s => s.DisplayName));
        var decrypt = spans.Ended.ElementAt(3);
        Assert.Equal("DecryptCbc", decrypt.GetTagItem("hsm.operation"));
        Assert.Equal("kmc", decrypt.GetTagItem("hsm.key"));
        Assert.Equal(32, decrypt.GetTagItem("hsm.bytes"));
        Assert.Equal(ActivityKind.Client, decrypt.Kind);
        Assert.Equal(ActivityStatusCode.Unset, decrypt.Status);
    }

    [Fact]
    public void A_derived_key_reports_under_the_label_it_came_from()
    {
        using var spans = new SpanRecorder();
        using var module = Create();
        using var session = module.OpenSession();
        using var key = session.GetKey("kmc");
        using var derived = key.DeriveEcb(new byte[16], KeyAlgorithm.Aes, 16);
        using var again = derived.DeriveCbc(new byte[16], new byte[16], KeyAlgorithm.Aes, 16);
        again.Cmac([], new byte[16]);

        var mac = spans.Ended.Last();
        Assert.Equal("hsm Cmac", mac.DisplayName);
        Assert.Equal("kmc", mac.GetTagItem("hsm.key"));
    }

    [Fact]
    public void A_failure_is_marked_on_the_span_and_passed_on()
    {
        using var spans = new SpanRecorder();
        using var module = Create();
        using var session = module.OpenSession();
        var failure = Assert.Throws<KeyNotFoundInModuleException>(() => session.GetKey("absent"));

        var span = spans.Ended.Last();
        Assert.Equal(ActivityStatusCode.Error, span.Status);
        Assert.Equal(failure.Message, span.StatusDescription);
        Assert.Equal(typeof(KeyNotFoundInModuleException).FullName, span.GetTagItem("error.type"));
    }

    [Fact]
    public void No_span_carries_a_key_value_or_data()
    {
        using var spans = new SpanRecorder();
        using var module = Create();
        using var session = module.OpenSession();
        using var key = session.GetKey("kmc");
        var plain = Convert.FromHexString("6BC1BEE22E409F96E93D7E117393172A");
        var encrypted = new byte[16];
        key.EncryptEcb(plain, encrypted);
        using var derived = key.DeriveEcb(plain, KeyAlgorithm.Aes, 16);
        Assert.Throws<ArgumentException>(() => key.EncryptCbc(new byte[3], plain, encrypted));

        var reported = string.Join(
            '\n', spans.Ended.SelectMany(s => s.TagObjects.Select(t => $"{t.Key}={t.Value}").Append(s.StatusDescription)));
        Assert.Contains("hsm.operation=EncryptCbc", reported, StringComparison.Ordinal);
        foreach (var secret in (byte[][])[KeyValue, plain, encrypted])
            Assert.DoesNotContain(Convert.ToHexString(secret), reported, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Calls_are_counted_and_timed_by_operation_and_failure()
    {
        var counted = new ConcurrentBag<string>();
        var timed = new ConcurrentBag<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter.Name == InstrumentedSecurityModule.TelemetryName)
                l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => counted.Add($"{instrument.Name} {value} {Text(tags)}"));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) =>
            timed.Add($"{instrument.Name} [{instrument.Unit}] {value >= 0} {Text(tags)}"));
        listener.Start();
        using (var module = Create())
        using (var session = module.OpenSession())
        {
            Assert.Throws<KeyNotFoundInModuleException>(() => session.GetKey("absent"));
        }

        Assert.Equal(
            [
                "hsm.calls 1 hsm.operation=GetKey error.type=PersoMesh.Keys.KeyNotFoundInModuleException",
                "hsm.calls 1 hsm.operation=OpenSession",
            ],
            counted.Order(StringComparer.Ordinal));
        Assert.Equal(
            [
                "hsm.call.duration [s] True hsm.operation=GetKey error.type=PersoMesh.Keys.KeyNotFoundInModuleException",
                "hsm.call.duration [s] True hsm.operation=OpenSession",
            ],
            timed.Order(StringComparer.Ordinal));

        static string Text(ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
            string.Join(' ', tags.ToArray().Select(t => $"{t.Key}={t.Value}"));
    }

    [Fact]
    public void While_nobody_listens_a_call_allocates_nothing()
    {
        using var module = new InstrumentedSecurityModule(new SilentModule());
        using var session = module.OpenSession();
        using var key = session.GetKey("any");
        var block = new byte[16];
        key.EncryptEcb(block, block);
        var before = GC.GetAllocatedBytesForCurrentThread();
        key.EncryptEcb(block, block);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Results_are_those_of_the_module_inside()
    {
        using var module = Create();
        Assert.True(module.IsForDemonstrationOnly);
        using var session = module.OpenSession();
        using var key = session.GetKey("kmc");
        Assert.Equal((KeyAlgorithm.Aes, 16), (key.Algorithm, key.Length));
        // NIST SP 800-38A F.1.1, block 1.
        var block = Convert.FromHexString("6BC1BEE22E409F96E93D7E117393172A");
        key.EncryptEcb(block, block);
        Assert.Equal("3AD77BB40D7A3660A89ECAF32466EF97", Convert.ToHexString(block));
        Assert.Equal("Aes key, 16 bytes", key.ToString());
    }

    static InstrumentedSecurityModule Create()
    {
        var inside = new SoftwareSecurityModule();
        inside.AddKey("kmc", KeyAlgorithm.Aes, KeyValue);
        return new InstrumentedSecurityModule(inside);
    }

    sealed class SpanRecorder : IDisposable
    {
        readonly ActivityListener _listener;

        public SpanRecorder()
        {
            _listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name == InstrumentedSecurityModule.TelemetryName,
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
                ActivityStopped = Ended.Enqueue,
            };
            ActivitySource.AddActivityListener(_listener);
        }

        public ConcurrentQueue<Activity> Ended { get; } = new();

        public void Dispose() => _listener.Dispose();
    }

    sealed class SilentModule : ISecurityModule, ISecuritySession, ISecretKey
    {
        public string Name => "silent";

        public bool IsForDemonstrationOnly => true;

        public KeyAlgorithm Algorithm => KeyAlgorithm.Aes;

        public int Length => 16;

        public ISecuritySession OpenSession() => this;

        public ISecretKey GetKey(string label) => this;

        public ISecretKey DeriveEcb(ReadOnlySpan<byte> data, KeyAlgorithm algorithm, int length) => this;

        public ISecretKey DeriveCbc(ReadOnlySpan<byte> iv, ReadOnlySpan<byte> data, KeyAlgorithm algorithm, int length) => this;

        public void GenerateRandom(Span<byte> output) => output.Clear();

        public void EncryptEcb(ReadOnlySpan<byte> input, Span<byte> output) => input.CopyTo(output);

        public void DecryptEcb(ReadOnlySpan<byte> input, Span<byte> output) => input.CopyTo(output);

        public void EncryptCbc(ReadOnlySpan<byte> iv, ReadOnlySpan<byte> input, Span<byte> output) => input.CopyTo(output);

        public void DecryptCbc(ReadOnlySpan<byte> iv, ReadOnlySpan<byte> input, Span<byte> output) => input.CopyTo(output);

        public void Cmac(ReadOnlySpan<byte> message, Span<byte> mac) => mac.Clear();

        public void Dispose()
        {
        }
    }
}
