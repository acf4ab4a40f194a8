using Npgsql;

namespace PersoMesh.Hosting;

/// <summary>Opens the database that the settings name.</summary>
static class MeshDatabase
{
    /// <exception cref="MeshConfigurationException">A setting cannot be used.</exception>
    public static NpgsqlDataSource Create(DatabaseOptions options)
    {
        try
        {
            var builder = new NpgsqlDataSourceBuilder(ConnectionString(options));
            // Statements are few and run for every card: parsed once for each connection.
            builder.ConnectionStringBuilder.MaxAutoPrepare = 60;
            builder.ConnectionStringBuilder.AutoPrepareMinUsages = 2;
            builder.ConnectionStringBuilder.MaxPoolSize = options.MaxConnections;
            return builder.Build();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or FormatException)
        {
            // The text of a wrong connection string may hold the password: the exception's message is not repeated.
            throw new MeshConfigurationException(
                $"Mesh:Database cannot be used ({e.GetType().Name}): name a readable ConnectionStringFile, or Host, Name, UserName and PasswordFile.", e);
        }
    }

    static string ConnectionString(DatabaseOptions options)
    {
        if (options.ConnectionStringFile is { } file)
            return File.ReadAllText(file).Trim();
        if (options.Host.Length == 0)
            throw new MeshConfigurationException("Mesh:Database has neither ConnectionStringFile nor Host.");
        return new NpgsqlConnectionStringBuilder
        {
            Host = options.Host,
            Port = options.Port,
            Database = options.Name,
            Username = options.UserName,
            Password = options.PasswordFile is { } password ? File.ReadAllText(password).Trim() : null,
        }.ConnectionString;
    }
}
