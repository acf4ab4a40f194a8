using Npgsql;
using NpgsqlTypes;

namespace PersoMesh.Ingest.Jobs;

/// <summary>Parameter values that PostgreSQL cannot tell the type of.</summary>
sealed record TypedNull(NpgsqlDbType Type)
{
    public static readonly object Small = new TypedNull(NpgsqlDbType.Smallint);
    public static readonly object Integer = new TypedNull(NpgsqlDbType.Integer);

    public static NpgsqlParameter Parameter(object value) => value switch
    {
        TypedNull none => new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = none.Type },
        DBNull => new NpgsqlParameter { Value = value, NpgsqlDbType = NpgsqlDbType.Text },
        string?[] texts => new NpgsqlParameter<string?[]> { TypedValue = texts, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
        _ => new NpgsqlParameter { Value = value },
    };
}
