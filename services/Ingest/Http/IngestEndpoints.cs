using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
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
        app.MapGet("/jobs/{name}/report", (string name, IJobStore jobs, CancellationToken cancellationToken) => Results.Json(jobs.ReportAsync(name, cancellationToken)));
    }

    static async Task<IResult> SubmitAsync(string name, string format, HttpContext http, SubmissionReader submissions, string profile = "", int priority = 0)
    {
        // A file of any size may come; it is read as a stream.
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = null;
        try
        {
            return Results.Json(await submissions.ReadAsync(new Submission(name, profile, format, priority), http.Request.Body, http.RequestAborted));
        }
        catch (SubmissionRefusedException e)
        {
            return Results.Problem(e.Message, statusCode: StatusCodes.Status422UnprocessableEntity, title: "Submission refused");
        }
    }

    static IResult NoSuchJob(string name) => Results.Problem($"No job is named '{name}'.", statusCode: StatusCodes.Status404NotFound, title: "No such job");
}
