using System.Text;
using Npgsql;

namespace PersoMesh.EndToEnd.Tests.Support;

/// <summary>Everything that is in a database's own tables, as bytes that can be searched.</summary>
static class TableDump
{
    /// <summary>Each row as text, and each value that is bytes as it is; with the table's name.</summary>
    public static async Task<IReadOnlyList<(string Table, byte[] Content)>> ReadAsync(string connectionString)
    {
        await using var database = NpgsqlDataSource.Create(connectionString);
        List<(string, byte[])> found = [];
        foreach (var table in await TablesAsync(database))
        {
            await using var command = database.CreateCommand($"SELECT t::text, t.* FROM {table} t");
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                found.Add((table, Encoding.UTF8.GetBytes(reader.GetString(0))));
                for (var column = 1; column < reader.FieldCount; column++)
                {
                    if (reader.GetDataTypeName(column) == "bytea" && !await reader.IsDBNullAsync(column))
                        found.Add((table, reader.GetFieldValue<byte[]>(column)));
                }
            }
        }

        return found;
    }

    static async Task<IReadOnlyList<string>> TablesAsync(NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')");
        await using var reader = await command.ExecuteReaderAsync();
        List<string> tables = [];
        while (await reader.ReadAsync())
            tables.Add(reader.GetString(0));
        return tables;
    }
}
