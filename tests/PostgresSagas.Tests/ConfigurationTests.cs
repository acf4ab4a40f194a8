using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using PersoMesh.PostgresSagas.Storage;
using PersoMesh.SagaBench.Errands;

namespace PersoMesh.PostgresSagas.Tests;

/// <summary>Settings that cannot be used are refused before anything starts.</summary>
public sealed class ConfigurationTests
{
    [Fact]
    public void All_wrong_settings_are_named_at_once()
    {
        var e = Refusal(repository =>
        {
            repository.Table = "Robert'); DROP TABLE errand; --";
            repository.RememberedMessages = 0;
            repository.HousekeepingInterval = TimeSpan.Zero;
            repository.ResendAfter = TimeSpan.Zero;
            repository.DeliveryTimeout = TimeSpan.Zero;
            repository.Retention = TimeSpan.Zero;
        });
        string[] settings =
            ["Table", "Serializer", "RememberedMessages", "HousekeepingInterval", "ResendAfter", "DeliveryTimeout", "Retention"];
        foreach (var setting in settings)
            Assert.Contains($"[Failure] {setting}", e.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(ErrandState), e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sweep_must_not_overtake_the_notes()
    {
        var e = Refusal(repository =>
        {
            (repository.Table, repository.Serializer) = ("errand", ErrandJson.Default.ErrandState);
            repository.ResendAfter = repository.HousekeepingInterval;
        });
        Assert.Contains("ResendAfter", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("card_session", true)]
    [InlineData("_a1", true)]
    [InlineData("", false)]
    [InlineData("1a", false)]
    [InlineData("Card", false)]
    [InlineData("card session", false)]
    [InlineData("card\"", false)]
    [InlineData("public.card", false)]
    [InlineData("a23456789012345678901234567890123456789012345678", true)]
    [InlineData("a234567890123456789012345678901234567890123456789", false)]
    public void A_table_has_a_plain_name(string name, bool isName) => Assert.Equal(isName, SagaTableSql.IsName(name));

    static ConfigurationException Refusal(Action<PostgresSagaRepositoryConfigurator<ErrandState>> configure) =>
        Assert.Throws<ConfigurationException>(() => new ServiceCollection().AddMassTransit(
            bus => bus.AddSagaStateMachine<ErrandMachine, ErrandState>().PostgresRepository(configure)));
}
