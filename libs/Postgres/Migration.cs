namespace PersoMesh.Postgres;

/// <summary>One step of a database's schema. Once released it is never changed: what comes later is a later step.</summary>
/// <param name="Version">Position among its owner's steps, from 1.</param>
/// <param name="Name">What it does, for people.</param>
/// <param name="Sql">Statements, separated by semicolons. They run in a transaction, so nothing that PostgreSQL refuses there.</param>
public sealed record Migration(int Version, string Name, string Sql);

/// <summary>
/// All steps of one owner, a service or a library, in order. Owners share a database and know nothing of each other's tables.
/// </summary>
public sealed class MigrationSet
{
    /// <summary>Creates a set.</summary>
    /// <param name="owner">Whose tables these are: stays the same for ever.</param>
    /// <param name="migrations">Steps with the versions 1, 2, 3 and so on.</param>
    /// <exception cref="ArgumentException">A version is missing, comes twice or is out of order.</exception>
    public MigrationSet(string owner, params IReadOnlyList<Migration> migrations)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(owner);
        ArgumentNullException.ThrowIfNull(migrations);
        for (var i = 0; i < migrations.Count; i++)
        {
            if (migrations[i].Version != i + 1)
            {
                throw new ArgumentException(
                    $"Migration {i + 1} of '{owner}' has the version {migrations[i].Version}: versions count 1, 2, 3 without a gap.",
                    nameof(migrations));
            }
        }

        (Owner, Migrations) = (owner, migrations);
    }

    /// <summary>Whose tables these are.</summary>
    public string Owner { get; }

    /// <summary>The steps, the first one first.</summary>
    public IReadOnlyList<Migration> Migrations { get; }
}

/// <summary>
/// A database could not be brought to the schema that this program needs. The message says which step and why; nothing was changed.
/// </summary>
public sealed class MigrationException(string message, Exception? inner = null) : Exception(message, inner);
