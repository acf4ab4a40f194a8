using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;
using PersoMesh.Ingest.Jobs;
using PersoMesh.Perso.Commands;
using PersoMesh.StationGateway;

namespace PersoMesh.Perso.Jobs;

/// <summary>Talks to Ingest over HTTP: the same for the embedded demonstration and a mesh of processes.</summary>
sealed class IngestClient(Uri address) : IDisposable
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    readonly HttpClient _http = new() { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Sends a file as a stream; returns when all of it was read.</summary>
    /// <exception cref="UserErrorException">The submission as a whole was refused.</exception>
    public async Task<SubmissionSummary> SubmitAsync(string job, string profile, string format, int priority, Stream records, CancellationToken cancellationToken)
    {
        using var content = new StreamContent(records);
        using var response = await _http.PostAsync(
            new Uri($"jobs/{Uri.EscapeDataString(job)}/card-objects?profile={Uri.EscapeDataString(profile)}&format={format}&priority={priority}", UriKind.Relative),
            content, cancellationToken);
        await ThrowIfRefusedAsync(response, cancellationToken);
        return (await response.Content.ReadFromJsonAsync<SubmissionSummary>(Json, cancellationToken))!;
    }

    /// <summary>A job's numbers, or null when there is no such job (yet).</summary>
    public async Task<JobStatus?> FindAsync(string job, CancellationToken cancellationToken)
    {
        using var response = await _http.GetAsync(new Uri($"jobs/{Uri.EscapeDataString(job)}", UriKind.Relative), cancellationToken);
        return response.IsSuccessStatusCode ? await response.Content.ReadFromJsonAsync<JobStatus>(Json, cancellationToken) : null;
    }

    public async Task<IReadOnlyList<JobStatus>> ListAsync(CancellationToken cancellationToken) =>
        await _http.GetFromJsonAsync<JobStatus[]>("jobs", Json, cancellationToken) ?? [];

    /// <summary>A job's lines, as they come.</summary>
    public IAsyncEnumerable<CardReport?> ReportAsync(string job, CancellationToken cancellationToken) =>
        _http.GetFromJsonAsAsyncEnumerable<CardReport>($"jobs/{Uri.EscapeDataString(job)}/report", Json, cancellationToken);

    /// <summary>What the readers are doing, where the address also has a gateway; empty elsewhere.</summary>
    public async Task<IReadOnlyList<StationStatus>> StationsAsync(CancellationToken cancellationToken)
    {
        using var response = await _http.GetAsync(new Uri("stations", UriKind.Relative), cancellationToken);
        return response.IsSuccessStatusCode ? await response.Content.ReadFromJsonAsync<StationStatus[]>(Json, cancellationToken) ?? [] : [];
    }

    public void Dispose() => _http.Dispose();

    async Task ThrowIfRefusedAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode)
            return;
        var problem = await response.Content.ReadFromJsonAsync<Problem>(Json, cancellationToken);
        throw new UserErrorException(problem?.Detail ?? $"{address} answered {(int)response.StatusCode}.");
    }

    sealed record Problem(string? Title, string? Detail);
}
