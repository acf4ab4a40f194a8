using System.Text;
using System.Text.Json;
using PersoMesh.AuditLog;
using PersoMesh.Keys;
using PersoMesh.Perso.Audit;

namespace PersoMesh.EndToEnd.Tests.Support;

/// <summary>A record as anybody with a JSON reader sees it.</summary>
sealed record SeenRecord(string Actor, string Action, string Subject, IReadOnlyDictionary<string, string> Details);

/// <summary>An audit log read without the project's own reader, and judged with its verifier.</summary>
static class AuditView
{
    public static IReadOnlyList<SeenRecord> Read(byte[] log)
    {
        List<SeenRecord> records = [];
        foreach (var line in Encoding.UTF8.GetString(log).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            string Text(string name) => root.GetProperty(name).GetString()!;
            records.Add(new SeenRecord(Text("actor"), Text("action"), Text("subject"),
                root.GetProperty("details").EnumerateObject().ToDictionary(detail => detail.Name, detail => detail.Value.GetString()!, StringComparer.Ordinal)));
        }

        return records;
    }

    /// <summary>With the demonstration's key.</summary>
    public static AuditVerification Verify(byte[] log)
    {
        using var module = new SoftwareSecurityModule();
        module.AddKey(AuditCommand.DefaultKey, KeyAlgorithm.Aes, DemoKeys.Get(AuditCommand.DefaultKey));
        return AuditVerifier.Verify(new MemoryStream(log), new CmacAuditSigner(module, AuditCommand.DefaultKey));
    }

    /// <summary>The actions about a subject, in their order.</summary>
    public static string[] Of(this IEnumerable<SeenRecord> records, string subject) =>
        [.. records.Where(record => record.Subject == subject).Select(record => record.Action)];
}
