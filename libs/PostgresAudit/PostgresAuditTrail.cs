using System.Text.Encodings.Web;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using PersoMesh.AuditLog;

namespace PersoMesh.PostgresAudit;

/// <summary>The audit log of a mesh with a database. Services that share a database share one chain.</summary>
/// <param name="database">The database; <see cref="AuditSchema"/> was applied to it.</param>
public sealed class PostgresAuditTrail(NpgsqlDataSource database) : IAuditTrail
{
    static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <inheritdoc />
    public async ValueTask NoteAsync(AuditRecord record, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(record);
        var command = database.CreateCommand("INSERT INTO audit_event (actor, action, subject, details) VALUES ($1, $2, $3, $4)");
        await using var _ = command.ConfigureAwait(false);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = record.Actor });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = record.Action });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = record.Subject });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = Details(record), NpgsqlDbType = NpgsqlDbType.Json });
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Writes the log as it is in a file: <see cref="AuditVerifier"/> checks it. What was noted and not chained yet, some seconds' worth
    /// at most while a chain writer runs, is not there.
    /// </summary>
    /// <param name="output">Stays the caller's.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many records were noted and not chained yet.</returns>
    public async Task<long> ExportAsync(Stream output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(output);
        var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        var command = new NpgsqlCommand("SELECT lines FROM audit_page ORDER BY first", connection);
        await using var __ = command.ConfigureAwait(false);
        var rows = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (rows.ConfigureAwait(false))
        {
            while (await rows.ReadAsync(cancellationToken).ConfigureAwait(false))
                await output.WriteAsync(rows.GetFieldValue<byte[]>(0), cancellationToken).ConfigureAwait(false);
        }

        var waiting = new NpgsqlCommand("SELECT count(*) FROM audit_event", connection);
        await using var ___ = waiting.ConfigureAwait(false);
        return (long)(await waiting.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    static byte[] Details(AuditRecord record)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Plain))
        {
            json.WriteStartObject();
            foreach (var (name, value) in record.Details)
                json.WriteString(name, value);
            json.WriteEndObject();
        }

        return stream.ToArray();
    }
}
