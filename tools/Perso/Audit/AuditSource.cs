using System.CommandLine;
using Npgsql;
using PersoMesh.Perso.Commands;
using PersoMesh.PostgresAudit;

namespace PersoMesh.Perso.Audit;

/// <summary>The switches that name an audit log: a file, a database, or the mesh that <c>perso up</c> started.</summary>
sealed class AuditSource
{
    readonly Argument<string?> _file = new("FILE") { Description = "The audit log. Without it, that of the mesh which 'perso up' started.", Arity = ArgumentArity.ZeroOrOne };
    readonly Option<string?> _database = new("--database") { Description = "File with the connection string (Npgsql) of a mesh's database: its audit log." };
    readonly Option<string> _folder = MeshFolder.Option();

    public void AddTo(Command command)
    {
        command.Arguments.Add(_file);
        command.Options.Add(_database);
        command.Options.Add(_folder);
    }

    /// <summary>Opens the log; one in a database is first copied, as it is at this moment, to a file that is gone when the stream is closed.</summary>
    /// <returns>The log, and how many records of a database were noted but are not chained yet.</returns>
    /// <exception cref="UserErrorException">There is none.</exception>
    public async Task<(Stream Log, long Waiting)> OpenAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(_file) is { } path)
        {
            // The log's writer keeps it open.
            return File.Exists(path)
                ? (new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite), 0)
                : throw new UserErrorException($"There is no file '{path}'.");
        }

        var copy = new FileStream(Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
        try
        {
            var waiting = await ExportAsync(parsed, copy, cancellationToken);
            copy.Position = 0;
            return (copy, waiting);
        }
        catch
        {
            await copy.DisposeAsync();
            throw;
        }
    }

    async Task<long> ExportAsync(ParseResult parsed, Stream output, CancellationToken cancellationToken)
    {
        var connectionFile = parsed.GetValue(_database) ?? MeshFolder.Running(parsed.GetValue(_folder)!).ConnectionStringFile
            ?? throw new UserErrorException("The mesh has no database; name the file of its audit log (Mesh:AuditLog).");
        if (!File.Exists(connectionFile))
            throw new UserErrorException($"There is no file '{connectionFile}'.");
        try
        {
            await using var database = NpgsqlDataSource.Create((await File.ReadAllTextAsync(connectionFile, cancellationToken)).Trim());
            return await new PostgresAuditTrail(database).ExportAsync(output, cancellationToken);
        }
        catch (Exception e) when (e is NpgsqlException or ArgumentException)
        {
            // The text of a wrong connection string may hold the password.
            throw new UserErrorException($"The audit log cannot be read with the connection string in '{connectionFile}': {(e is NpgsqlException ? e.Message : "it is none")}.", e);
        }
    }
}
