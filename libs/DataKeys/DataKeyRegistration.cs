using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using PersoMesh.Postgres;

namespace PersoMesh.DataKeys;

/// <summary>Lets a service keep the data keys of its jobs in its database.</summary>
public static class DataKeyRegistration
{
    /// <summary>Adds the table and the store, a <see cref="DataKeyStore"/> under the key <paramref name="owner"/>: services in one process have one each.</summary>
    /// <typeparam name="TWrapper">Makes and opens keys.</typeparam>
    /// <param name="services">The host's services.</param>
    /// <param name="owner">The service.</param>
    /// <param name="table">Name of the table, a plain SQL name.</param>
    public static IServiceCollection AddDataKeys<TWrapper>(this IServiceCollection services, string owner, string table)
        where TWrapper : class, IDataKeyWrapper =>
        services.AddMigrations(DataKeyStore.Migrations(owner, table)).AddSingleton<TWrapper>().AddKeyedSingleton(owner, (provider, _) => new DataKeyStore(
            provider.GetRequiredService<NpgsqlDataSource>(), table, provider.GetRequiredService<TWrapper>(), provider.GetRequiredService<TimeProvider>()));
}
