using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using PersoMesh.Contracts.Jobs;
using PersoMesh.Ingest.Intake;
using PersoMesh.Ingest.Jobs;

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
        app.MapPost("/jobs/{name}/control", async (string name, JobControl? control, int? priority, JobOrders orders, CancellationToken cancellationToken) =>
            await orders.ControlAsync(name, control, priority, cancellationToken) is { } status ? Results.Json(status) : NoSuchJob(name));
        app.MapPost("/jobs/{name}/remake", async (string name, JobOrders orders, CancellationToken cancellationToken, string? card = null) =>
            await orders.RemakeAsync(name, card, cancellationToken) is { } count ? Results.Json(new OrderedCards(count)) : NoSuchJob(name));
        app.MapPost("/cards/{id}/resolve", ResolveAsync);
        app.MapGet("/cards/{id}", async (string id, IJobStore jobs, CancellationToken cancellationToken) =>
            await jobs.FindCardAsync(id, cancellationToken) is { } found ? Results.Json(found.Card) : NoSuchCard(id));
        app.MapPost("/pools/{pool}/resume", async (string pool, JobOrders orders, CancellationToken cancellationToken) =>
        {
            await orders.ResumePoolAsync(pool, cancellationToken);
            return Results.NoContent();
        });
        app.MapGet("/jobs/{name}/report", (string name, IJobStore jobs, CancellationToken cancellationToken) => Results.Json(jobs.ReportAsync(name, cancellationToken)));
    }

    static async Task<IResult> SubmitAsync(
        string name, string format, HttpContext http, SubmissionReader submissions, string profile = "", int priority = 0, Guid? key = null)
    {
        // A file of any size may come; it is read as a stream.
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = null;
        try
        {
            return Results.Json(await submissions.ReadAsync(new Submission(key ?? Guid.NewGuid(), name, profile, format, priority), http.Request.Body, http.RequestAborted));
        }
        catch (SubmissionRefusedException e)
        {
            return Results.Problem(e.Message, statusCode: StatusCodes.Status422UnprocessableEntity, title: "Submission refused");
        }
        catch (SubmissionBusyException e)
        {
            return Results.Problem(e.Message, statusCode: StatusCodes.Status409Conflict, title: "Submission is being read");
        }
    }

    static async Task<IResult> ResolveAsync(string id, bool good, JobOrders orders, IJobStore jobs, CancellationToken cancellationToken)
    {
        if (await jobs.FindCardAsync(id, cancellationToken) is not { } found)
            return NoSuchCard(id);
        if (found.Card.State != CardState.Unresolved)
        {
            return Results.Problem($"Card object '{id}' is {found.Card.State.ToString().ToLowerInvariant()}; only an unresolved one can be resolved.",
                statusCode: StatusCodes.Status409Conflict, title: "Not unresolved");
        }

        await orders.ResolveAsync(found.JobId, id, good, cancellationToken);
        return Results.Accepted();
    }

    static IResult NoSuchCard(string id) =>
        Results.Problem($"No accepted card object has the identifier '{id}'.", statusCode: StatusCodes.Status404NotFound, title: "No such card object");

    static IResult NoSuchJob(string name) => Results.Problem($"No job is named '{name}'.", statusCode: StatusCodes.Status404NotFound, title: "No such job");
}
