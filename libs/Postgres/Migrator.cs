using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace PersoMesh.Postgres;

/// <summary>
/// Brings a database to the schema that a program needs. What was applied is kept in the table <c>persomesh_migrations</c>, in the
/// schema that the connection creates tables in.
/// </summary>
public static class Migrator
{
    /// <summary>Every program of this project takes this advisory lock, so that replicas that start together wait for each other.</summary>
    const long Lock = 0x506572736F4D_6967;

    const string CreateTable = """
        CREATE TABLE IF NOT EXISTS persomesh_migrations (
            owner text NOT NULL,
            version integer NOT NULL,
            name text NOT NULL,
            checksum bytea NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (owner, version))
        """;

    /// <summary>
    /// Applies the steps that are missing, all in one transaction: either all of them or none. Steps that the database has and this
    /// program does not know are left alone, so that the release before can still be started while a new one is rolled out.
    /// </summary>
    /// <param name="dataSource">The database.</param>
    /// <param name="set">The steps.</param>
    /// <param name="cancellationToken">Gives up; nothing is changed.</param>
    /// <returns>How many steps were applied; 0 when the database was up to date.</returns>
    /// <exception cref="MigrationException">A step fails, or one that was applied reads differently now.</exception>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public static async Task<int> ApplyAsync(NpgsqlDataSource dataSource, MigrationSet set, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dataSource);
        ArgumentNullException.ThrowIfNull(set);
        var connection = await dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = transaction.ConfigureAwait(false);
        await ExecuteAsync(connection, "SELECT pg_advisory_xact_lock($1)", [Lock], cancellationToken).ConfigureAwait(false);
        await ExecuteAsync(connection, CreateTable, [], cancellationToken).ConfigureAwait(false);
        var applied = await ReadAppliedAsync(connection, set.Owner, cancellationToken).ConfigureAwait(false);
        var count = 0;
        foreach (var migration in set.Migrations)
        {
            var checksum = Checksum(migration);
            if (!applied.TryGetValue(migration.Version, out var before))
            {
                await ApplyAsync(connection, set.Owner, migration, checksum, cancellationToken).ConfigureAwait(false);
                count++;
            }
            else if (!checksum.AsSpan().SequenceEqual(before))
            {
                throw new MigrationException(
                    $"{Describe(set.Owner, migration)} was changed after it had been applied to this database. " +
                    "Restore it and write a further migration.");
            }
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return count;
    }

    static async Task ApplyAsync(
        NpgsqlConnection connection, string owner, Migration migration, byte[] checksum, CancellationToken cancellationToken)
    {
        try
        {
            await ExecuteAsync(connection, migration.Sql, [], cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException e) when (!e.IsTransient)
        {
            var place = e.Position > 0 ? $" at character {e.Position}" : "";
            throw new MigrationException(
                $"{Describe(owner, migration)} failed{place}: {e.MessageText} ({e.SqlState}). Nothing was changed.", e);
        }

        const string Remember = "INSERT INTO persomesh_migrations (owner, version, name, checksum) VALUES ($1, $2, $3, $4)";
        await ExecuteAsync(connection, Remember, [owner, migration.Version, migration.Name, checksum], cancellationToken)
            .ConfigureAwait(false);
    }

    static async Task<Dictionary<int, byte[]>> ReadAppliedAsync(
        NpgsqlConnection connection, string owner, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand("SELECT version, checksum FROM persomesh_migrations WHERE owner = $1", connection);
        await using var _ = command.ConfigureAwait(false);
        command.Parameters.Add(new() { Value = owner });
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = reader.ConfigureAwait(false);
        var applied = new Dictionary<int, byte[]>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            applied.Add(reader.GetInt32(0), reader.GetFieldValue<byte[]>(1));
        return applied;
    }

    static async Task ExecuteAsync(NpgsqlConnection connection, string sql, object[] parameters, CancellationToken cancellationToken)
    {
        // Another replica's migration, or our own, may take as long as it needs.
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await using var _ = command.ConfigureAwait(false);
        foreach (var value in parameters)
            command.Parameters.Add(new() { Value = value });
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    // A checkout with other line ends is the same script.
    static byte[] Checksum(Migration migration) => SHA256.HashData(Encoding.UTF8.GetBytes(migration.Sql.ReplaceLineEndings("\n")));

    static string Describe(string owner, Migration migration) => $"Migration {migration.Version} '{migration.Name}' of '{owner}'";
}
