using System.Text.Json;
using Npgsql;
using PersoMesh.AuditLog;

namespace PersoMesh.Fixtures;

/// <summary>What was noted for the audit log of a database that nobody chains.</summary>
public static class NotedEvents
{
    /// <summary>Reads all of it, in its order.</summary>
    public static async Task<IReadOnlyList<AuditRecord>> ReadAsync(NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand("SELECT actor, action, subject, details::text FROM audit_event ORDER BY event_id");
        await using var rows = await command.ExecuteReaderAsync();
        List<AuditRecord> noted = [];
        while (await rows.ReadAsync())
        {
            noted.Add(new AuditRecord(rows.GetString(0), rows.GetString(1), rows.GetString(2))
            {
                Details = JsonSerializer.Deserialize<Dictionary<string, string>>(rows.GetString(3))!,
            });
        }

        return noted;
    }
}
