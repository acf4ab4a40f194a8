using System.Diagnostics;
using System.Diagnostics.Metrics;
using PersoMesh.Contracts.Session;
using PersoMesh.Controller.Sessions;

namespace PersoMesh.Controller;

/// <summary>Spans and metrics of the Controller. Names only: identifiers, never card data.</summary>
static class ControllerTelemetry
{
    static readonly ActivitySource Source = new("PersoMesh.Controller");
    static readonly Meter Meter = new("PersoMesh.Controller");
    static readonly Counter<long> Cards = Meter.CreateCounter<long>("persomesh.cards", "{card}", "Sessions by verdict.");
    static readonly Histogram<double> Duration = Meter.CreateHistogram<double>("persomesh.session.duration", "s", "From assignment to verdict.");
    static readonly Histogram<int> Apdus = Meter.CreateHistogram<int>("persomesh.session.apdus", "{apdu}", "Commands that the card answered.");
    static readonly Histogram<double> Wait = Meter.CreateHistogram<double>("persomesh.ready.wait", "s", "From ready to assigned.");

    /// <summary>
    /// Starts the trace of a session: a root of its own, linked to the message that caused it, because that message belongs to
    /// the card before.
    /// </summary>
    public static Activity? StartSession(CardSession session)
    {
        var cause = Activity.Current;
        Activity.Current = null;
        var links = cause is null ? null : new[] { new ActivityLink(cause.Context) };
        var root = Source.StartActivity("card session", ActivityKind.Internal, parentContext: default, tags: null, links: links);
        Tag(root, session);
        if (root is null)
            Activity.Current = cause;
        return root;
    }

    /// <summary>Starts the span of one step of a session.</summary>
    public static Activity? StartStep(string name, CardSession session)
    {
        var step = Source.StartActivity(name);
        Tag(step, session);
        return step;
    }

    public static void Waited(TimeSpan wait, string pool) => Wait.Record(wait.TotalSeconds, new KeyValuePair<string, object?>("persomesh.pool", pool));

    public static void Finished(CardSession session, Verdict verdict, TimeSpan duration)
    {
        var tags = new TagList { { "persomesh.verdict", verdict.ToString() }, { "persomesh.profile", session.Profile }, { "persomesh.station", session.Station } };
        Cards.Add(1, tags);
        Duration.Record(duration.TotalSeconds, tags);
        Apdus.Record(session.ApduCount, tags);
    }

    static void Tag(Activity? activity, CardSession session) => activity?
        .SetTag("persomesh.session", session.CorrelationId)
        .SetTag("persomesh.card_object", session.CardObjectId)
        .SetTag("persomesh.job", session.JobName)
        .SetTag("persomesh.profile", session.Profile)
        .SetTag("persomesh.station", session.Station)
        .SetTag("persomesh.reader", session.Reader);
}
