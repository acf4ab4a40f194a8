using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace PersoMesh.Keys;

/// <summary>The operations that are measured; the span names are built once.</summary>
sealed class HsmOperation(string name)
{
    public static readonly HsmOperation OpenSession = new("OpenSession");
    public static readonly HsmOperation GetKey = new("GetKey");
    public static readonly HsmOperation GenerateRandom = new("GenerateRandom");
    public static readonly HsmOperation EncryptEcb = new("EncryptEcb");
    public static readonly HsmOperation DecryptEcb = new("DecryptEcb");
    public static readonly HsmOperation EncryptCbc = new("EncryptCbc");
    public static readonly HsmOperation DecryptCbc = new("DecryptCbc");
    public static readonly HsmOperation Cmac = new("Cmac");
    public static readonly HsmOperation DeriveEcb = new("DeriveEcb");
    public static readonly HsmOperation DeriveCbc = new("DeriveCbc");
    public static readonly HsmOperation GetRsaKey = new("GetRsaKey");
    public static readonly HsmOperation GenerateCardKeyPair = new("GenerateCardKeyPair");
    public static readonly HsmOperation SignRaw = new("SignRaw");

    public string Name { get; } = name;

    public string SpanName { get; } = "hsm " + name;
}

/// <summary>One call being measured. When nobody listens, starting and ending it is two checks.</summary>
readonly struct HsmCall
{
    static readonly ActivitySource Source = new(InstrumentedSecurityModule.TelemetryName);
    static readonly Meter Meter = new(InstrumentedSecurityModule.TelemetryName);

    static readonly Histogram<double> Duration = Meter.CreateHistogram(
        "hsm.call.duration", "s", "Duration of calls to the security module.", tags: null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1, 3] });

    static readonly Counter<long> Calls = Meter.CreateCounter<long>("hsm.calls", "{call}", "Calls to the security module.");

    readonly HsmOperation? _operation;
    readonly Activity? _activity;
    readonly long _started;

    HsmCall(HsmOperation operation, Activity? activity)
    {
        _operation = operation;
        _activity = activity;
        _started = Stopwatch.GetTimestamp();
    }

    /// <param name="operation">What is called.</param>
    /// <param name="keyLabel">The label of the key, or of the key it was derived from.</param>
    /// <param name="bytes">Length of the input, or of the output where there is no input.</param>
    public static HsmCall Start(HsmOperation operation, string? keyLabel = null, int? bytes = null)
    {
        if (!Source.HasListeners() && !Duration.Enabled && !Calls.Enabled)
            return default;
        var activity = Source.StartActivity(operation.SpanName, ActivityKind.Client);
        if (activity is { IsAllDataRequested: true })
        {
            activity.SetTag("hsm.operation", operation.Name);
            if (keyLabel is not null)
                activity.SetTag("hsm.key", keyLabel);
            if (bytes is not null)
                activity.SetTag("hsm.bytes", bytes);
        }

        return new HsmCall(operation, activity);
    }

    /// <summary>Measures a call that needs no span of the caller's.</summary>
    public static T Run<T>(HsmOperation operation, string? keyLabel, Func<T> body)
    {
        var call = Start(operation, keyLabel);
        T result;
        try
        {
            result = body();
        }
        catch (Exception e)
        {
            call.Fail(e);
            throw;
        }

        call.Succeed();
        return result;
    }

    public void Succeed()
    {
        if (_operation is not null)
            End(new KeyValuePair<string, object?>("hsm.operation", _operation.Name));
    }

    public void Fail(Exception failure)
    {
        if (_operation is null)
            return;
        var type = failure.GetType().FullName!;
        // A SecurityModuleException names operation and label; of any other exception the text is not known to be harmless.
        var description = failure is SecurityModuleException ? failure.Message : type;
        _activity?.SetTag("error.type", type).SetStatus(ActivityStatusCode.Error, description);
        End(new("hsm.operation", _operation.Name), new("error.type", type));
    }

    void End(params ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        Duration.Record(Stopwatch.GetElapsedTime(_started).TotalSeconds, tags);
        Calls.Add(1, tags);
        _activity?.Dispose();
    }
}
