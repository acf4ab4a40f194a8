using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using PersoMesh.Contracts.Jobs;
using PersoMesh.Hosting;
using PersoMesh.Ingest.Intake;
using PersoMesh.Ingest.Jobs;
using PersoMesh.Ingest.Reports;

namespace PersoMesh.Ingest;

/// <summary>Ingest over HTTP: submit a file, follow a job, read its report.</summary>
public static class IngestEndpoints
{
    public static void MapIngest(this IEndpointRouteBuilder app)
    {
        app.MapPost("/jobs/{name}/card-objects", SubmitAsync);
        app.MapGet("/jobs", async (IJobStore jobs, CancellationToken cancellationToken) => Results.Json(await jobs.ListAsync(cancellationToken)));
        app.MapGet("/jobs/{name}", async (string name, IJobStore jobs, CancellationToken cancellationToken) =>
            await jobs.FindAsync(name, cancellationToken) is { } status ? Results.Json(status) : NoSuchJob(name));
        app.MapPost("/jobs/{name}/control", async (string name, JobControl? control, int? priority, HttpContext http, JobOrders orders, CancellationToken cancellationToken) =>
            await orders.ControlAsync(name, control, priority, Operator.Of(http), cancellationToken) is { } status ? Results.Json(status) : NoSuchJob(name));
        app.MapPost("/jobs/{name}/remake", RemakeAsync);
        app.MapPost("/cards/{id}/resolve", ResolveAsync);
        app.MapGet("/cards/{id}", async (string id, IJobStore jobs, CancellationToken cancellationToken) =>
            await jobs.FindCardAsync(id, cancellationToken) is { } found ? Results.Json(found.Card) : NoSuchCard(id));
        app.MapPost("/pools/{pool}/resume", async (string pool, HttpContext http, JobOrders orders, CancellationToken cancellationToken) =>
        {
            await orders.ResumePoolAsync(pool, Operator.Of(http), cancellationToken);
            return Results.NoContent();
        });
        app.MapGet("/jobs/{name}/report", (string name, IJobStore jobs, CancellationToken cancellationToken) => Results.Json(jobs.ReportAsync(name, cancellationToken)));
        app.MapGet("/jobs/{name}/return-file", async (string name, IJobStore jobs, CancellationToken cancellationToken) => await jobs.FindAsync(name, cancellationToken) is null
            ? NoSuchJob(name) : Results.Stream(output => ReturnFile.WriteAsync(output, jobs.ReportAsync(name, cancellationToken), cancellationToken), "text/csv"));
        app.MapPost("/jobs/{name}/return-file/signature", SignAsync);
    }

    static async Task<IResult> SignAsync(string name, string sha256, HttpContext http, ReturnFileSigning signing, CancellationToken cancellationToken)
    {
        try
        {
            return Results.Bytes(await signing.SignAsync(name, Convert.FromHexString(sha256), Operator.Of(http), cancellationToken), "application/pkcs7-signature");
        }
        catch (ReturnFileNotSignedException e)
        {
            return Results.Problem(e.Message, statusCode: e.IsChanged ? StatusCodes.Status409Conflict : StatusCodes.Status503ServiceUnavailable, title: "Return file not signed");
        }
    }

    static async Task<IResult> SubmitAsync(
        string name, string format, HttpContext http, SubmissionReader submissions, string profile = "", int priority = 0, Guid? key = null)
    {
        // A file of any size may come; it is read as a stream.
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = null;
        try
        {
            return Results.Json(await submissions.ReadAsync(new Submission(key ?? Guid.NewGuid(), name, profile, format, priority, Operator.Of(http)), http.Request.Body, http.RequestAborted));
        }
        catch (SubmissionRefusedException e)
        {
            return Results.Problem(e.Message, statusCode: StatusCodes.Status422UnprocessableEntity, title: "Submission refused");
        }
        catch (ServiceAwayException e)
        {
            return Results.Problem(e.Message, statusCode: StatusCodes.Status503ServiceUnavailable, title: "A service is away");
        }
        catch (SubmissionBusyException e)
        {
            return Results.Problem(e.Message, statusCode: StatusCodes.Status409Conflict, title: "Submission is being read");
        }
    }

    static async Task<IResult> RemakeAsync(string name, HttpContext http, JobOrders orders, CancellationToken cancellationToken, string? card = null)
    {
        try
        {
            return await orders.RemakeAsync(name, card, Operator.Of(http), cancellationToken) is { } count ? Results.Json(new OrderedCards(count)) : NoSuchJob(name);
        }
        catch (OrderRefusedException e)
        {
            return Results.Problem(e.Message, statusCode: StatusCodes.Status409Conflict, title: "Order refused");
        }
    }

    static async Task<IResult> ResolveAsync(string id, bool good, HttpContext http, JobOrders orders, IJobStore jobs, CancellationToken cancellationToken)
    {
        if (await jobs.FindCardAsync(id, cancellationToken) is not { } found)
            return NoSuchCard(id);
        if (found.Card.State != CardState.Unresolved)
        {
            return Results.Problem($"Card object '{id}' is {found.Card.State.ToString().ToLowerInvariant()}; only an unresolved one can be resolved.",
                statusCode: StatusCodes.Status409Conflict, title: "Not unresolved");
        }

        await orders.ResolveAsync(found.JobId, id, good, Operator.Of(http), cancellationToken);
        return Results.Accepted();
    }

    static IResult NoSuchCard(string id) =>
        Results.Problem($"No accepted card object has the identifier '{id}'.", statusCode: StatusCodes.Status404NotFound, title: "No such card object");

    static IResult NoSuchJob(string name) => Results.Problem($"No job is named '{name}'.", statusCode: StatusCodes.Status404NotFound, title: "No such job");
}
