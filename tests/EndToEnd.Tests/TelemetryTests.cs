using PersoMesh.EndToEnd.Tests.Support;

namespace PersoMesh.EndToEnd.Tests;

/// <summary>What a mesh of processes exports: a trace per card through all services, and the numbers that an operator watches.</summary>
[Collection(ObservedMesh.Collection)]
public sealed class TelemetryTests(ObservedMesh mesh)
{
    const string CardObject = "persomesh.card_object";
    const string Job = "persomesh.job";
    const string Session = "persomesh.session";
    const string Station = "persomesh.station";
    const string Profile = "persomesh.profile";
    const string Verdict = "persomesh.verdict";

    static readonly HashSet<string> Hops = Set(
        "controller > station-gateway", "station-gateway > controller", "controller > security", "security > controller",
        "controller > ingest");

    [Fact]
    public void All_sound_cards_are_good_and_the_others_refused()
    {
        Assert.Equal((ObservedMesh.DebitCards, ObservedMesh.DebitCards), (mesh.DebitStatus.Records, mesh.DebitStatus.Good));
        Assert.Equal((ObservedMesh.Badges, ObservedMesh.Badges), (mesh.BadgeStatus.Records, mesh.BadgeStatus.Good));
        Assert.Equal((ObservedMesh.RefusedCards, ObservedMesh.RefusedCards), (mesh.RefusedStatus.Records, mesh.RefusedStatus.Refused));
    }

    [Fact]
    public void Each_session_is_one_trace_through_all_the_services_that_take_part()
    {
        foreach (var id in mesh.CardObjects)
        {
            var trace = SessionOf(id);
            Assert.Superset(Set("controller", "station-gateway", "security", "ingest"), Set(trace.Select(span => span.Service)));
            Assert.Equal(2, trace.Count(span => span is { Service: "station-gateway", Name: "apdu batch" }));
            var root = Assert.Single(trace, span => span.ParentId.Length == 0);
            Assert.Equal("card session", root.Name);
            var known = Set(trace.Select(span => span.SpanId));
            foreach (var span in trace.Where(span => span != root))
                Assert.True(known.Contains(span.ParentId), $"{id}: {span.Service}/{span.Name} has no parent");
        }
    }

    [Fact]
    public void Each_hop_of_a_session_over_the_broker_is_a_span_whose_parent_is_the_senders()
    {
        foreach (var id in mesh.CardObjects)
        {
            var trace = SessionOf(id);
            var hops = trace.Where(span => span.Scope == "MassTransit").ToArray();
            var sent = hops.Where(span => span.Kind == SpanKind.Producer).ToDictionary(span => span.SpanId, StringComparer.Ordinal);
            var received = hops.Where(span => span.Kind == SpanKind.Consumer && sent.ContainsKey(span.ParentId));
            Assert.Superset(Hops, Set(received.Select(span => $"{sent[span.ParentId].Service} > {span.Service}")));
        }
    }

    [Fact]
    public void Calls_of_the_security_module_are_spans_below_the_step_that_needs_them()
    {
        foreach (var id in mesh.CardObjects)
        {
            var protect = Assert.Single(SessionOf(id), span => span is { Service: "security", Name: "protect script" });
            foreach (var step in new[] { protect, PreparationOf(id) })
            {
                // The message that carries the step's result is the only other span below it.
                var calls = mesh.Spans.Where(span => span.ParentId == step.SpanId && span.TraceId == step.TraceId && span.Scope != "MassTransit");
                Assert.NotEmpty(calls);
                Assert.All(calls, call => Assert.Equal(("PersoMesh.Keys", SpanKind.Client), (call.Scope, call.Kind)));
            }
        }
    }

    [Fact]
    public void Preparation_is_a_trace_through_its_services()
    {
        foreach (var id in mesh.CardObjects)
        {
            var trace = PreparationOf(id).TraceId;
            var services = mesh.Spans.Where(span => span.TraceId == trace).Select(span => span.Service);
            Assert.Superset(Set("ingest", "translator", "support", "security", "controller"), Set(services));
        }
    }

    [Fact]
    public void Attributes_name_card_object_job_session_station_and_profile()
    {
        foreach (var holder in mesh.DebitHolders)
            AreNamed(holder.Id, ObservedMesh.DebitJob, "emv-debit@1");
        foreach (var holder in mesh.BadgeHolders)
            AreNamed(holder.Id, ObservedMesh.BadgeJob, "access-badge@1");
        var stations = mesh.DebitReport.ToDictionary(line => line.CardObjectId!, line => line.Station, StringComparer.Ordinal);
        Assert.All(mesh.DebitHolders, holder => Assert.Equal(stations[holder.Id], SessionOf(holder.Id)[0].Attributes[Station]));
    }

    [Theory]
    [InlineData("emv-debit@1", ObservedMesh.DebitCards)]
    [InlineData("access-badge@1", ObservedMesh.Badges)]
    public void Metrics_count_cards_by_verdict_and_measure_their_sessions(string profile, int cards)
    {
        foreach (var name in new[] { "persomesh.cards", "persomesh.session.duration", "persomesh.session.apdus" })
            Assert.Equal(cards, Total(name, point => point.Attributes[Profile] == profile && point.Attributes[Verdict] == "Good"));
    }

    [Fact]
    public void Metrics_measure_the_wait_for_a_station_and_the_security_module()
    {
        const int Cards = ObservedMesh.DebitCards + ObservedMesh.Badges;
        Assert.Equal(Cards, Total("persomesh.ready.wait", _ => true));
        var calls = Total("hsm.calls", point => point.Service == "security");
        Assert.True(calls > Cards);
        Assert.Equal(calls, Total("hsm.call.duration", point => point.Service == "security"));
    }

    void AreNamed(string id, string job, string profile)
    {
        var spans = SessionOf(id).Where(span => span.Name is "card session" or "apdu batch" or "program card").ToArray();
        Assert.Equal(4, spans.Length);
        foreach (var span in spans)
        {
            Assert.Superset(Set(CardObject, Job, Session, Station, Profile), Set(span.Attributes.Keys));
            Assert.Equal((id, job, profile), (span.Attributes[CardObject], span.Attributes[Job], span.Attributes[Profile]));
        }

        Assert.Single(spans.Select(span => (span.Attributes[Session], span.Attributes[Station])).Distinct());
    }

    // All spans of the one trace that a card object's session is, the session's own first.
    ExportedSpan[] SessionOf(string cardObject)
    {
        var root = Assert.Single(mesh.Spans, span => span.Name == "card session" && span.Attributes[CardObject] == cardObject);
        return [root, .. mesh.Spans.Where(span => span.TraceId == root.TraceId && span.SpanId != root.SpanId)];
    }

    ExportedSpan PreparationOf(string cardObject) =>
        Assert.Single(mesh.Spans, span => span.Name == "prepare card" && span.Attributes[CardObject] == cardObject);

    // Points are cumulative: of each set of attributes the last counts.
    int Total(string name, Func<ExportedPoint, bool> selects) => (int)mesh.Points
        .Where(point => point.Name == name && selects(point))
        .GroupBy(point => string.Join('|', point.Attributes.Select(a => $"{a.Key}={a.Value}").Order()), StringComparer.Ordinal)
        .Sum(points => (long)points.Max(point => point.Count));

    static HashSet<string> Set(params IEnumerable<string> values) => values.ToHashSet(StringComparer.Ordinal);
}
