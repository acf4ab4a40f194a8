namespace PersoMesh.EndToEnd.Tests.Support;

/// <summary>A span as it was exported.</summary>
sealed record ExportedSpan(
    string Service, string Scope, string Name, string TraceId, string SpanId, string ParentId, SpanKind Kind,
    IReadOnlyDictionary<string, string> Attributes);

/// <summary>opentelemetry.proto.trace.v1.Span.SpanKind.</summary>
enum SpanKind
{
    Unspecified,
    Internal,
    Server,
    Client,
    Producer,
    Consumer,
}

/// <summary>A data point of a metric as it was exported.</summary>
/// <param name="Service">Attribute service.name of the resource.</param>
/// <param name="Name">Of the metric.</param>
/// <param name="Count">Value of a counter, number of measurements of a histogram.</param>
/// <param name="Attributes">Of the point.</param>
sealed record ExportedPoint(string Service, string Name, ulong Count, IReadOnlyDictionary<string, string> Attributes);

/// <summary>Reads OTLP 1.x requests; the numbers are those of opentelemetry-proto.</summary>
static class Telemetry
{
    public static IEnumerable<ExportedSpan> Spans(ReadOnlyMemory<byte> request)
    {
        foreach (var resource in request.Messages(1))
        {
            var service = Service(resource);
            foreach (var scope in resource.Messages(2))
            {
                var name = scope.Field(1).Bytes.Field(1).Text;
                foreach (var span in scope.Messages(2))
                {
                    yield return new ExportedSpan(service, name, span.Field(5).Text, TraceId: span.Field(1).Hex, SpanId: span.Field(2).Hex,
                        ParentId: span.Field(4).Hex, (SpanKind)span.Field(6).Value, Attributes(span, 9));
                }
            }
        }
    }

    public static IEnumerable<ExportedPoint> Points(ReadOnlyMemory<byte> request)
    {
        const int Sum = 7;
        const int Histogram = 9;
        foreach (var resource in request.Messages(1))
        {
            foreach (var metric in resource.Messages(2).SelectMany(scope => scope.Messages(2)))
            {
                var name = metric.Field(1).Text;
                foreach (var point in metric.Messages(Sum).SelectMany(sum => sum.Messages(1)))
                    yield return new ExportedPoint(Service(resource), name, point.Field(6).Value, Attributes(point, 7));
                foreach (var point in metric.Messages(Histogram).SelectMany(histogram => histogram.Messages(1)))
                    yield return new ExportedPoint(Service(resource), name, point.Field(4).Value, Attributes(point, 9));
            }
        }
    }

    static string Service(ReadOnlyMemory<byte> resource) => Attributes(resource.Field(1).Bytes, 1)["service.name"];

    static Dictionary<string, string> Attributes(ReadOnlyMemory<byte> message, int field)
    {
        const int Text = 1;
        Dictionary<string, string> attributes = new(StringComparer.Ordinal);
        foreach (var attribute in message.Messages(field))
        {
            var value = Protobuf.Read(attribute.Field(2).Bytes).FirstOrDefault();
            attributes[attribute.Field(1).Text] = value.Number == Text ? value.Text : value.Value.ToString();
        }

        return attributes;
    }
}
