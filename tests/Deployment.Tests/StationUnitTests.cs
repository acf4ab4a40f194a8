namespace PersoMesh.Deployment.Tests;

/// <summary>The systemd unit of a station machine and its file of settings.</summary>
public sealed class StationUnitTests
{
    static readonly (string Name, string Value)[] Unit = Assignments("deploy/systemd/persomesh-station.service", '[', '#');

    static readonly (string Name, string Value)[] Active = Assignments("deploy/systemd/station.env", '#');

    // '#Name=value' is a setting that an operator may switch on; '# text' is a comment.
    static readonly (string Name, string Value)[] Documented =
    [
        .. File.ReadLines(Repository.Path("deploy/systemd/station.env"))
            .Where(line => line.Length > 0 && !line.StartsWith("# ", StringComparison.Ordinal))
            .Select(line => Split(line.TrimStart('#'))),
    ];

    [Fact]
    public void Variables_are_settings_of_the_gateway() => Assert.All(
        Documented.Concat(Variables()),
        variable => Assert.Null(Settings.Fault("StationGateway", variable.Name, variable.Value)));

    [Fact]
    public void The_file_names_every_setting_of_the_gateway() =>
        Assert.All(Settings.AllOf("StationGateway"), name => Assert.Contains(name, Documented.Select(variable => variable.Name)));

    [Fact]
    public void The_file_as_it_stands_makes_one_station()
    {
        Assert.Contains(Active, variable => variable.Name == "StationGateway__Stations__0__Name");
        Assert.Contains(Active, variable => variable is { Name: "ASPNETCORE_URLS", Value: "http://127.0.0.1:8081" });
        Assert.Equal(Active.Length, Active.DistinctBy(variable => variable.Name).Count());
    }

    [Fact]
    public void The_unit_starts_the_gateway() =>
        Assert.EndsWith("/PersoMesh.StationGateway.dll", One("ExecStart"), StringComparison.Ordinal);

    [Fact]
    public void Secrets_are_credentials()
    {
        var credentials = Unit.Where(line => line.Name == "LoadCredential").Select(line => line.Value.Split(':')[0]).ToList();
        Assert.Equal(["broker.password", "mesh.key"], credentials.Order(StringComparer.Ordinal));
        Assert.All(credentials, name => Assert.Single(Variables(), variable => variable.Value == $"%d/{name}"));
    }

    [Fact]
    public void Settings_that_cannot_be_used_do_not_start_it_again() => Assert.Equal("2", One("RestartPreventExitStatus"));

    [Theory]
    [InlineData("DynamicUser", "yes")]
    [InlineData("NoNewPrivileges", "yes")]
    [InlineData("CapabilityBoundingSet", "")]
    [InlineData("ProtectSystem", "strict")]
    [InlineData("ProtectHome", "yes")]
    [InlineData("PrivateTmp", "yes")]
    [InlineData("PrivateDevices", "yes")]
    [InlineData("RestrictNamespaces", "yes")]
    [InlineData("LimitCORE", "0")]
    [InlineData("UMask", "0077")]
    [InlineData("SystemCallErrorNumber", "EPERM")]
    public void It_has_no_more_rights_than_it_needs(string name, string value) => Assert.Equal(value, One(name));

    static IEnumerable<(string Name, string Value)> Variables() =>
        Unit.Where(line => line.Name == "Environment").Select(line => Split(line.Value));

    static string One(string name) => Unit.Single(line => line.Name == name).Value;

    static (string Name, string Value)[] Assignments(string file, params char[] others) =>
        [.. File.ReadLines(Repository.Path(file)).Where(line => line.Length > 0 && !others.Contains(line[0])).Select(Split)];

    static (string Name, string Value) Split(string assignment)
    {
        var equals = assignment.IndexOf('=', StringComparison.Ordinal);
        Assert.True(equals > 0, assignment);
        return (assignment[..equals], assignment[(equals + 1)..]);
    }
}
