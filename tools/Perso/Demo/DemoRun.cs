using System.Diagnostics;
using PersoMesh.Ingest.Jobs;
using PersoMesh.Local;
using PersoMesh.Perso.Jobs;
using PersoMesh.Perso.Samples;
using PersoMesh.Profiles;

namespace PersoMesh.Perso.Demo;

/// <summary>What came of a demonstration run.</summary>
sealed record DemoOutcome(JobStatus Status, IReadOnlyList<CardReport> Lines, TimeSpan Elapsed);

/// <summary>Runs all services in this process, submits card objects to them and waits for the last card.</summary>
static class DemoRun
{
    const string Job = "demo";

    public static async Task<DemoOutcome> RunAsync(DemoOptions options, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(options.Output);
        var profile = ProfileLibrary.Load(options.ProfileFolder).Get(options.Profile);
        var file = options.File ?? SampleFile.Write(profile, options.Cards, seed: 1, Path.Combine(options.Output, $"card-objects.{SampleFile.ExtensionFor(profile)}"));
        await using var app = LocalMesh.Create([.. Settings(options, profile)]);
        await app.StartAsync(cancellationToken);
        try
        {
            return await PersonalizeAsync(options, profile, file, new Uri(app.Urls.First()), cancellationToken);
        }
        finally
        {
            await app.StopAsync(CancellationToken.None);
        }
    }

    static async Task<DemoOutcome> PersonalizeAsync(DemoOptions options, CardProfile profile, string file, Uri ingest, CancellationToken cancellationToken)
    {
        using var client = new IngestClient(ingest);
        var start = Stopwatch.GetTimestamp();
        await using var records = File.OpenRead(file);
        var submission = client.SubmitAsync(Job, profile.Reference, RecordFormat.Of(file, options.Format), priority: 0, records, cancellationToken);
        var status = options.IsQuiet
            ? await JobWatch.QuietlyAsync(client, Job, submission, cancellationToken)
            : await JobWatch.FollowAsync(client, Job, options.File is null ? options.Cards : null, submission, cancellationToken);
        var elapsed = Stopwatch.GetElapsedTime(start);
        List<CardReport> lines = [];
        await foreach (var line in client.ReportAsync(Job, cancellationToken))
            lines.Add(line!);
        await JobReport.WriteAsync(options.Output, lines, cancellationToken);
        return new DemoOutcome(status, lines, elapsed);
    }

    static IEnumerable<string> Settings(DemoOptions options, CardProfile profile)
    {
        yield return "--urls=http://127.0.0.1:0";
        yield return "--Logging:LogLevel:Default=Error";
        yield return "--Logging:LogLevel:Microsoft=Error";
        yield return "--Logging:LogLevel:MassTransit=Error";
        yield return $"--Translator:ProfileFolder={options.ProfileFolder}";
        yield return $"--StationGateway:DemoKeyFile={InstallFolder.DemoKeys}";
        if (options.Hsm is { } hsm)
        {
            yield return $"--Security:Pkcs11:Library={hsm.Library}";
            yield return $"--Security:Pkcs11:Token={hsm.Token}";
            yield return $"--Security:Pkcs11:PinFile={hsm.PinFile}";
        }
        else
        {
            yield return $"--Security:DemoKeyFile={InstallFolder.DemoKeys}";
        }

        foreach (var (key, value) in DemoMailPrinter.Settings([profile], options.Output))
            yield return $"--{key}={value}";
        if (options.KeepCards)
        {
            yield return $"--StationGateway:OutputFolder={options.Output}";
            yield return "--StationGateway:KeepSimulatedCards=true";
        }

        for (var i = 0; i < options.Stations; i++)
        {
            var station = $"--StationGateway:Stations:{i}";
            yield return $"{station}:Name=station-{i + 1:00}";
            yield return $"{station}:Pool={profile.Pool}";
            yield return $"{station}:Product={SimulatedProduct.For(profile)}";
            yield return $"{station}:ApduDelay={TimeSpan.FromMilliseconds(options.ApduDelayMilliseconds)}";
            yield return $"{station}:Faults:PullOutEvery={options.PullOutEvery}";
            yield return $"{station}:Faults:WrongCryptogramEvery={options.WrongCryptogramEvery}";
            yield return $"{station}:Faults:MemoryFullEvery={options.MemoryFullEvery}";
        }
    }
}
