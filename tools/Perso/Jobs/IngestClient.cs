using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using PersoMesh.Contracts.Jobs;
using PersoMesh.Ingest;
using PersoMesh.Ingest.Jobs;
using PersoMesh.Perso.Commands;
using PersoMesh.StationGateway;

namespace PersoMesh.Perso.Jobs;

/// <summary>Talks to Ingest over HTTP: the same for the embedded demonstration and a mesh of processes.</summary>
sealed class IngestClient(Uri address) : IDisposable
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    const int Attempts = 120;
    const int SigningAttempts = 5;
    static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    readonly HttpClient _http = new()
    {
        BaseAddress = address,
        Timeout = Timeout.InfiniteTimeSpan,
        DefaultRequestHeaders = { { Operator.Header, Environment.UserName } },
    };

    /// <summary>
    /// Sends a file as a stream; returns when all of it was read. When Ingest goes away meanwhile, the file is sent again under the same
    /// key, as long as it takes: Ingest passes over what it took before.
    /// </summary>
    /// <exception cref="UserErrorException">The submission as a whole was refused.</exception>
    /// <exception cref="HttpRequestException">Ingest went away, and the records cannot be read again, or it did not come back.</exception>
    public async Task<SubmissionSummary> SubmitAsync(string job, string profile, string format, int priority, Stream records, CancellationToken cancellationToken)
    {
        var key = Guid.NewGuid();
        var isAnswered = false;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var content = new StreamContent(new KeptOpen(records));
                using var response = await _http.PostAsync(
                    new Uri($"jobs/{Uri.EscapeDataString(job)}/card-objects?profile={Uri.EscapeDataString(profile)}&format={format}&priority={priority}&key={key}", UriKind.Relative),
                    content, cancellationToken);
                isAnswered = true;
                if (response.StatusCode == HttpStatusCode.Conflict)
                    throw new HttpRequestException("Ingest is still busy with what it got before the connection broke.");
                if (response.StatusCode >= HttpStatusCode.InternalServerError)
                    throw new HttpRequestException(await ReasonAsync(response, cancellationToken));
                if ((int)response.StatusCode >= 500)
                    throw new HttpRequestException($"Ingest answered {(int)response.StatusCode}: something that it needs is away; its log says what.");
                await ThrowIfRefusedAsync(response, cancellationToken);
                return (await response.Content.ReadFromJsonAsync<SubmissionSummary>(Json, cancellationToken))!;
            }
            catch (Exception e) when (e is HttpRequestException or IOException && records.CanSeek && attempt < Attempts && (isAnswered || attempt > 1 || records.Position > 0))
            {
                if (attempt == 1)
                    await Console.Error.WriteLineAsync($"{e.Message} Submitting again until it is taken …");
                await Task.Delay(RetryInterval, cancellationToken);
                records.Position = 0;
            }
        }
    }

    /// <summary>A job's numbers, or null when there is no such job (yet).</summary>
    public async Task<JobStatus?> FindAsync(string job, CancellationToken cancellationToken)
    {
        using var response = await _http.GetAsync(new Uri($"jobs/{Uri.EscapeDataString(job)}", UriKind.Relative), cancellationToken);
        if (response.StatusCode >= HttpStatusCode.InternalServerError)
            throw new HttpRequestException(await ReasonAsync(response, cancellationToken));
        return response.IsSuccessStatusCode ? await response.Content.ReadFromJsonAsync<JobStatus>(Json, cancellationToken) : null;
    }

    public async Task<IReadOnlyList<JobStatus>> ListAsync(CancellationToken cancellationToken) =>
        await _http.GetFromJsonAsync<JobStatus[]>("jobs", Json, cancellationToken) ?? [];

    /// <summary>Pauses, resumes or cancels a job, or changes its priority.</summary>
    /// <exception cref="UserErrorException">No such job.</exception>
    public async Task<JobStatus> ControlAsync(string job, JobControl? control, int? priority, CancellationToken cancellationToken) =>
        (await PostAsync<JobStatus>($"jobs/{Uri.EscapeDataString(job)}/control?{(control is null ? "" : $"control={control}&")}{(priority is null ? "" : $"priority={priority}")}", cancellationToken))!;

    /// <summary>Lets rejected and cancelled card objects of a job be made again.</summary>
    /// <returns>How many.</returns>
    /// <exception cref="UserErrorException">No such job.</exception>
    public async Task<int> RemakeAsync(string job, string? card, CancellationToken cancellationToken) =>
        (await PostAsync<OrderedCards>($"jobs/{Uri.EscapeDataString(job)}/remake{(card is null ? "" : $"?card={Uri.EscapeDataString(card)}")}", cancellationToken))!.Cards;

    /// <summary>Settles an unresolved card object.</summary>
    /// <exception cref="UserErrorException">No such card object, or it is not unresolved.</exception>
    public Task ResolveAsync(string card, bool isGood, CancellationToken cancellationToken) =>
        PostAsync<object>($"cards/{Uri.EscapeDataString(card)}/resolve?good={isGood}", cancellationToken);

    /// <summary>Lets a stopped pool have cards again.</summary>
    public Task ResumePoolAsync(string pool, CancellationToken cancellationToken) => PostAsync<object>($"pools/{Uri.EscapeDataString(pool)}/resume", cancellationToken);

    /// <summary>An accepted card object's line, or null.</summary>
    public async Task<CardReport?> FindCardAsync(string card, CancellationToken cancellationToken)
    {
        using var response = await _http.GetAsync(new Uri($"cards/{Uri.EscapeDataString(card)}", UriKind.Relative), cancellationToken);
        return response.IsSuccessStatusCode ? await response.Content.ReadFromJsonAsync<CardReport>(Json, cancellationToken) : null;
    }

    /// <summary>A job's lines, as they come.</summary>
    public IAsyncEnumerable<CardReport?> ReportAsync(string job, CancellationToken cancellationToken) =>
        _http.GetFromJsonAsAsyncEnumerable<CardReport>($"jobs/{Uri.EscapeDataString(job)}/report", Json, cancellationToken);

    /// <summary>Fetches a job's return file.</summary>
    /// <exception cref="UserErrorException">No such job.</exception>
    public async Task ReturnFileAsync(string job, string file, CancellationToken cancellationToken)
    {
        using var response = await _http.GetAsync(
            new Uri($"jobs/{Uri.EscapeDataString(job)}/return-file", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await ThrowIfRefusedAsync(response, cancellationToken);
        await using var content = File.Create(file);
        await response.Content.CopyToAsync(content, cancellationToken);
    }

    /// <summary>Fetches a job's return file and its signature.</summary>
    /// <returns>The detached CMS signature over what was written to <paramref name="file"/>, DER.</returns>
    /// <exception cref="UserErrorException">No such job, or nobody signs.</exception>
    public async Task<byte[]> SignedReturnFileAsync(string job, string file, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            await ReturnFileAsync(job, file, cancellationToken);
            await using var content = File.OpenRead(file);
            var digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken));
            using var signed = await _http.PostAsync(
                new Uri($"jobs/{Uri.EscapeDataString(job)}/return-file/signature?sha256={digest}", UriKind.Relative), content: null, cancellationToken);
            // A job that is still at work changes between the two.
            if (signed.StatusCode == HttpStatusCode.Conflict && attempt < SigningAttempts)
                continue;
            await ThrowIfRefusedAsync(signed, cancellationToken);
            return await signed.Content.ReadAsByteArrayAsync(cancellationToken);
        }
    }

    /// <summary>What the readers are doing, where the address also has a gateway; empty elsewhere.</summary>
    public async Task<IReadOnlyList<StationStatus>> StationsAsync(CancellationToken cancellationToken)
    {
        using var response = await _http.GetAsync(new Uri("stations", UriKind.Relative), cancellationToken);
        return response.IsSuccessStatusCode ? await response.Content.ReadFromJsonAsync<StationStatus[]>(Json, cancellationToken) ?? [] : [];
    }

    public void Dispose() => _http.Dispose();

    async Task<T?> PostAsync<T>(string address, CancellationToken cancellationToken)
        where T : class
    {
        using var response = await _http.PostAsync(new Uri(address, UriKind.Relative), content: null, cancellationToken);
        await ThrowIfRefusedAsync(response, cancellationToken);
        return response.Content.Headers.ContentLength is null or > 0 && typeof(T) != typeof(object)
            ? await response.Content.ReadFromJsonAsync<T>(Json, cancellationToken) : null;
    }

    async Task ThrowIfRefusedAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode)
            throw new UserErrorException(await ReasonAsync(response, cancellationToken));
    }

    // Where Ingest itself failed, there is no problem to read.
    async Task<string> ReasonAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var problem = response.Content.Headers.ContentType?.MediaType is "application/problem+json"
            ? await response.Content.ReadFromJsonAsync<Problem>(Json, cancellationToken) : null;
        return problem?.Detail ?? $"{address} answered {(int)response.StatusCode}; its log says why.";
    }

    sealed record Problem(string? Title, string? Detail);

    /// <summary>A stream that its user does not close.</summary>
    sealed class KeptOpen(Stream inner) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => inner.ReadAsync(buffer, cancellationToken);

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
