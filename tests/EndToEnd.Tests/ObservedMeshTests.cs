using PersoMesh.EndToEnd.Tests.Support;

namespace PersoMesh.EndToEnd.Tests;

/// <summary>What a mesh of processes tells about itself, and what it must not tell (S5).</summary>
public sealed class ObservedMeshTests(ObservedMesh mesh) : IClassFixture<ObservedMesh>
{
    const string Keys = "PersoMesh.Keys";
    const string Bus = "MassTransit";

    static readonly string[] Identity = ["persomesh.card_object", "persomesh.job", "persomesh.session", "persomesh.station", "persomesh.profile"];

    [Fact]
    public void All_sound_cards_are_good_and_the_others_refused()
    {
        Assert.Equal((3, 3), (mesh.RefusedStatus.Records, mesh.RefusedStatus.Refused));
        Assert.Equal((ObservedMesh.DebitCards, ObservedMesh.DebitCards), (mesh.DebitStatus.Records, mesh.DebitStatus.Good));
        Assert.Equal((ObservedMesh.Badges, ObservedMesh.Badges), (mesh.BadgeStatus.Records, mesh.BadgeStatus.Good));
    }

    [Fact]
    public void Each_session_is_one_trace_through_all_the_services_that_take_part()
    {
        foreach (var id in CardObjects())
        {
            var trace = SessionOf(id);
            Assert.Superset(new HashSet<string> { "controller", "station-gateway", "security", "ingest" }, trace.Select(span => span.Service).ToHashSet(StringComparer.Ordinal));
            Assert.Equal(2, trace.Count(span => span is { Service: "station-gateway", Name: "apdu batch" }));
            var bySpan = trace.ToDictionary(span => span.SpanId, StringComparer.Ordinal);
            Assert.All(trace, span => Assert.True(span.ParentId.Length == 0 ? span.Name == "card session" : bySpan.ContainsKey(span.ParentId), $"{id}: {span.Service}/{span.Name} hangs in the air"));
        }
    }

    [Fact]
    public void Each_hop_of_a_session_over_the_broker_is_a_span_whose_parent_is_the_senders()
    {
        foreach (var id in CardObjects())
        {
            var trace = SessionOf(id);
            var bySpan = trace.ToDictionary(span => span.SpanId, StringComparer.Ordinal);
            var hops = trace.Where(span => span is { Scope: Bus, Kind: SpanKind.Consumer } && bySpan.TryGetValue(span.ParentId, out var sender) && sender.Scope == Bus && sender.Kind == SpanKind.Producer)
                .Select(span => $"{bySpan[span.ParentId].Service} > {span.Service}").ToHashSet(StringComparer.Ordinal);
            Assert.Superset(new HashSet<string>
            {
                "controller > station-gateway", "station-gateway > controller", "controller > security", "security > controller", "controller > ingest",
            }, hops);
        }
    }

    [Fact]
    public void Calls_of_the_security_module_are_spans_below_the_step_that_needs_them()
    {
        foreach (var id in CardObjects())
        {
            var trace = SessionOf(id);
            var protect = Assert.Single(trace, span => span is { Service: "security", Name: "protect script" });
            Assert.Contains(trace, span => span.Scope == Keys && span.ParentId == protect.SpanId && span.Name.StartsWith("hsm ", StringComparison.Ordinal) && span.Kind == SpanKind.Client);
            var prepare = Assert.Single(mesh.Spans, span => span.Name == "prepare card" && span.Attributes["persomesh.card_object"] == id);
            Assert.Contains(mesh.Spans, span => span.Scope == Keys && span.ParentId == prepare.SpanId);
        }
    }

    [Fact]
    public void Preparation_is_a_trace_through_its_services()
    {
        foreach (var id in CardObjects())
        {
            var prepare = Assert.Single(mesh.Spans, span => span.Name == "prepare card" && span.Attributes["persomesh.card_object"] == id);
            var services = mesh.Spans.Where(span => span.TraceId == prepare.TraceId).Select(span => span.Service).ToHashSet(StringComparer.Ordinal);
            Assert.Superset(new HashSet<string> { "ingest", "translator", "support", "security", "controller" }, services);
        }
    }

    [Fact]
    public void Attributes_name_card_object_job_session_station_and_profile()
    {
        foreach (var (ids, job, profile) in new[]
        {
            (mesh.DebitHolders.Select(holder => holder.Id), ObservedMesh.DebitJob, "emv-debit@1"), (mesh.BadgeHolders.Select(holder => holder.Id), ObservedMesh.BadgeJob, "access-badge@1"),
        })
        {
            foreach (var id in ids)
            {
                var named = SessionOf(id).Where(span => span.Name is "card session" or "apdu batch" or "program card").ToArray();
                Assert.Equal(4, named.Length);
                Assert.All(named, span => Assert.Superset(Identity.ToHashSet(StringComparer.Ordinal), span.Attributes.Keys.ToHashSet(StringComparer.Ordinal)));
                Assert.All(named, span => Assert.Equal((id, job, profile), (span.Attributes["persomesh.card_object"], span.Attributes["persomesh.job"], span.Attributes["persomesh.profile"])));
                Assert.Single(named.Select(span => (span.Attributes["persomesh.session"], span.Attributes["persomesh.station"])).Distinct());
            }
        }

        var stations = mesh.DebitReport.ToDictionary(line => line.CardObjectId!, line => line.Station, StringComparer.Ordinal);
        Assert.All(mesh.DebitHolders, holder => Assert.Equal(stations[holder.Id], SessionOf(holder.Id)[0].Attributes["persomesh.station"]));
    }

    [Fact]
    public void Metrics_count_cards_and_measure_sessions_APDUs_the_security_module_and_the_wait()
    {
        foreach (var profile in new[] { ("emv-debit@1", ObservedMesh.DebitCards), ("access-badge@1", ObservedMesh.Badges) })
        {
            foreach (var name in new[] { "persomesh.cards", "persomesh.session.duration", "persomesh.session.apdus" })
                Assert.Equal((ulong)profile.Item2, Total(name, point => point.Attributes["persomesh.profile"] == profile.Item1 && point.Attributes["persomesh.verdict"] == "Good"));
        }

        Assert.Equal((ulong)(ObservedMesh.DebitCards + ObservedMesh.Badges), Total("persomesh.ready.wait", _ => true));
        Assert.True(Total("hsm.call.duration", point => point.Service == "security") > ObservedMesh.DebitCards + ObservedMesh.Badges);
        Assert.Equal(Total("hsm.call.duration", _ => true), Total("hsm.calls", _ => true));
    }

    [Fact]
    public void No_exported_byte_tells_a_secret_or_a_holder()
    {
        Assert.NotEmpty(mesh.Exported);
        var scan = mesh.Scan();
        Assert.All(mesh.Exported, request => Assert.Empty(scan.Find(request)));
    }

    [Fact]
    public void No_message_on_the_broker_tells_a_secret_or_a_holder()
    {
        // All kinds of messages were seen, and the identifiers in them can be read: an empty or enciphered capture would prove nothing.
        string[] kinds =
        [
            "DescribeProfile", "ProfileDescribed", "TranslateCardObjects", "ConvertFields", "FieldsConverted", "PrepareCards", "CardsReady", "CardObjectsPrepared",
            "StationReady", "CardAssigned", "ProgrammingRequested", "ProtectScript", "ScriptProtected", "CommandBatch", "BatchResult", "VerifyResponses", "ResponsesVerified",
            "FormatComplete", "CardPersonalized", "CardObjectsRefused",
        ];
        Assert.Empty(kinds.Except(mesh.MessageTypes, StringComparer.Ordinal));
        Assert.All(CardObjects(), id => Assert.Contains(mesh.Messages, message => message.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(id)) >= 0));

        var scan = mesh.Scan();
        Assert.All(mesh.Messages, message => Assert.Empty(scan.Find(message)));
    }

    [Fact]
    public void No_log_and_no_file_of_the_broker_tells_a_secret_or_a_holder()
    {
        Assert.Contains(mesh.Files, file => file.EndsWith("security.log", StringComparison.Ordinal) && File.ReadAllText(file).Contains("FOR DEMONSTRATION ONLY", StringComparison.Ordinal));
        var scan = mesh.Scan();
        Assert.All(mesh.Files, file => Assert.True(scan.Find(File.ReadAllBytes(file)) is [], $"{Path.GetFileName(file)}: {string.Join("; ", scan.Find(File.ReadAllBytes(file)))}"));
    }

    IEnumerable<string> CardObjects() => mesh.DebitHolders.Select(holder => holder.Id).Concat(mesh.BadgeHolders.Select(holder => holder.Id));

    // The spans of the one trace that a card object's session is.
    ExportedSpan[] SessionOf(string cardObjectId)
    {
        var root = Assert.Single(mesh.Spans, span => span.Name == "card session" && span.Attributes["persomesh.card_object"] == cardObjectId);
        Assert.Equal("controller", root.Service);
        return [root, .. mesh.Spans.Where(span => span.TraceId == root.TraceId && span.SpanId != root.SpanId)];
    }

    // Points are cumulative: the last of each set of attributes counts.
    ulong Total(string name, Func<ExportedPoint, bool> selects) => mesh.Points.Where(point => point.Name == name && selects(point))
        .GroupBy(point => $"{point.Service}|{string.Join('|', point.Attributes.OrderBy(a => a.Key, StringComparer.Ordinal))}", StringComparer.Ordinal)
        .Aggregate(0UL, (sum, points) => sum + points.Max(point => point.Count));
}
