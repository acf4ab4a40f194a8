namespace PersoMesh.Deployment.Tests;

/// <summary>The checker itself: a checker that finds nothing proves nothing.</summary>
public sealed class SettingsTests
{
    [Theory]
    [InlineData("Ingest", "Mesh__Broker__Host", "rabbitmq")]
    [InlineData("Ingest", "Mesh__Broker__Port", "5672")]
    [InlineData("Ingest", "Ingest__ProfileTimeout", "00:00:30")]
    [InlineData("Security", "Security__Pkcs11__PinFile", "/run/secrets/pin")]
    [InlineData("StationGateway", "StationGateway__Stations__12__Faults__PullOutEvery", "3")]
    [InlineData("StationGateway", "StationGateway__KeepSimulatedCards", "true")]
    [InlineData(null, "Translator__ProfileFolder", null)]
    [InlineData("Support", "OTEL_EXPORTER_OTLP_ENDPOINT", "http://jaeger:4317")]
    public void Settings_that_exist_are_taken(string? service, string name, string? value) =>
        Assert.Null(Settings.Fault(service, name, value));

    [Theory]
    [InlineData("Ingest", "Mesh__Broker__Hots", "rabbitmq")]
    [InlineData("Ingest", "Mesh__Broker__Port", "amqp")]
    [InlineData("Ingest", "Mesh__Broker__Port", "0")]
    [InlineData("Ingest", "Mesh__Broker", "rabbitmq")]
    [InlineData("Ingest", "Msh__Broker__Host", "rabbitmq")]
    [InlineData("Ingest", "Security__DemoKeyFile", "/keys.json")]
    [InlineData("Ingest", "Ingest__ChunkSize", "0")]
    [InlineData("Ingest", "RABBITMQ_HOST", "rabbitmq")]
    [InlineData("StationGateway", "StationGateway__Stations__Name", "station-01")]
    [InlineData("StationGateway", "StationGateway__Stations__0__Name", "Station 1")]
    [InlineData("StationGateway", "StationGateway__ReminderInterval", "soon")]
    public void Settings_that_no_service_reads_or_takes_are_found(string service, string name, string value) =>
        Assert.NotNull(Settings.Fault(service, name, value));

    [Fact]
    public void All_settings_of_a_section_are_settings()
    {
        string[] sections = ["Mesh", "Controller", "Ingest", "Security", "StationGateway", "Translator"];
        Assert.All(sections, section => Assert.NotEmpty(Settings.AllOf(section)));
        Assert.All(sections.SelectMany(Settings.AllOf), name => Assert.Null(Settings.Fault(null, name, null)));
        Assert.Contains("StationGateway__Stations__0__Faults__MemoryFullEvery", Settings.AllOf("StationGateway"));
    }
}
