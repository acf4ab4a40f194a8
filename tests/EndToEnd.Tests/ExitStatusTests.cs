using PersoMesh.EndToEnd.Tests.Support;
using PersoMesh.Perso.Commands;

namespace PersoMesh.EndToEnd.Tests;

/// <summary><c>perso demo</c> as a script calls it.</summary>
public sealed class ExitStatusTests
{
    [Fact]
    public Task Zero_when_every_card_is_good() => EndsWith(0, "--cards", "3", "--stations", "1");

    [Fact]
    public Task One_when_a_record_was_refused() => EndsWith(1, Path.Combine(Repository.Root, "samples", "bad-input.csv"));

    [Fact]
    public Task One_when_a_card_object_used_up_its_blanks() => EndsWith(1, "--cards", "1", "--stations", "1", "--memory-full-every", "1");

    [Fact]
    public Task Two_when_the_run_could_not_be_done() => EndsWith(2, "--profile", "no-such-profile");

    static async Task EndsWith(int status, params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(status, await RootCommandFactory.Create().Parse(["demo", .. arguments, "--out", folder.Path]).InvokeAsync());
    }
}
