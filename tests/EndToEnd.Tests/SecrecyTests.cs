using System.Text;
using PersoMesh.EndToEnd.Tests.Support;

namespace PersoMesh.EndToEnd.Tests;

/// <summary>S5: no secret and no cardholder data in clear on the broker, in logs or in telemetry.</summary>
[Collection(ObservedMesh.Collection)]
public sealed class SecrecyTests(ObservedMesh mesh)
{
    static readonly string[] MessageTypes =
    [
        "DescribeProfile", "ProfileDescribed", "TranslateCardObjects", "ConvertFields", "FieldsConverted", "PrepareCards", "CardsReady",
        "CardObjectsPrepared", "CardObjectsRefused", "StationReady", "CardAssigned", "ProgrammingRequested", "ProtectScript",
        "ScriptProtected", "CommandBatch", "BatchResult", "VerifyResponses", "ResponsesVerified", "FormatComplete", "CardPersonalized",
    ];

    [Fact]
    public void No_message_on_the_broker_tells_a_secret_or_a_holder()
    {
        // Every kind of message was seen, and the identifiers in them can be read: an empty or unreadable capture would prove nothing.
        Assert.Empty(MessageTypes.Except(mesh.MessageTypes, StringComparer.Ordinal));
        foreach (var id in mesh.CardObjects.Select(Encoding.UTF8.GetBytes))
            Assert.Contains(mesh.Messages, message => message.AsSpan().IndexOf(id) >= 0);

        var scan = mesh.Scan();
        Assert.All(mesh.Messages, message => Assert.Empty(scan.Find(message)));
    }

    [Fact]
    public void No_log_and_no_file_of_the_broker_tells_a_secret_or_a_holder()
    {
        var security = Assert.Single(mesh.Files, file => Path.GetFileName(file) == "security.log");
        Assert.Contains("FOR DEMONSTRATION ONLY", File.ReadAllText(security), StringComparison.Ordinal);

        var scan = mesh.Scan();
        foreach (var file in mesh.Files)
        {
            var found = scan.Find(File.ReadAllBytes(file));
            Assert.True(found.Count == 0, $"{file}: {string.Join("; ", found)}");
        }
    }

    [Fact]
    public void No_exported_byte_tells_a_secret_or_a_holder()
    {
        Assert.NotEmpty(mesh.Exported);
        var scan = mesh.Scan();
        Assert.All(mesh.Exported, request => Assert.Empty(scan.Find(request)));
    }
}
