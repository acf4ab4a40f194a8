using PersoMesh.VirtualCards;
using PersoMesh.VirtualCards.Opening;
using PersoMesh.VirtualCards.Sealing;
using PersoMesh.VirtualCards.Tests;

namespace PersoMesh.CardTools.Tests.Commands;

/// <summary><c>perso vsc</c>: exit statuses, and what a wrong password tells.</summary>
public sealed class VscTests : IDisposable
{
    const string Variable = "XDG_STATE_HOME";

    readonly string _folder = Directory.CreateTempSubdirectory("pm-vsc-").FullName;
    readonly string? _stateBefore = Environment.GetEnvironmentVariable(Variable);

    public VscTests() => Environment.SetEnvironmentVariable(Variable, _folder);

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(Variable, _stateBefore);
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void An_image_is_made_shown_opened_and_compared()
    {
        var (first, password) = Create(1);
        var (second, _) = Create(2);
        var shown = Perso.Json("vsc", "show", first);
        Assert.Equal("campus-card@1", shown.Text("profile"));
        Assert.Contains(shown.GetProperty("files").EnumerateArray(), file => file.Text("structure") == "cyclic");
        Assert.Contains(shown.GetProperty("files").EnumerateArray(), file => file.Text("structure") == "linear-variable");
        // Structure and public objects only.
        Assert.All(
            shown.GetProperty("files").EnumerateArray().Where(file => file.Text("structure") != "df"),
            file => Assert.Equal(file.Text("area") is "public" or "identifier", file.TryGetProperty("content", out _)));
        var opened = Perso.Json("vsc", "open", first, "--password-file", Secret(password), "--show-passwords");
        Assert.Matches("^[0-9]{5}$", opened.GetProperty("passwords")[0].Text("value")!);
        Assert.Matches("^[0-9]{8}$", opened.GetProperty("passwords")[0].Text("resettingCode")!);
        Assert.Equal((0, "", ""), Perso.Run("vsc", "diff", first, first));
        var (status, differences, _) = Perso.Run("vsc", "diff", first, second);
        Assert.Equal(1, status);
        Assert.Contains("3F00/DF01/0001", differences, StringComparison.Ordinal);
        Assert.Equal(2, Perso.Run("vsc", "verify", first).Status);
    }

    [Fact]
    public void A_wrong_password_an_unknown_image_and_a_damaged_one_get_the_same_answer()
    {
        var (image, _) = Create(1);
        var damaged = Path.Combine(_folder, "damaged.vsc");
        File.WriteAllBytes(damaged, File.ReadAllBytes(image)[..^1]);
        string[] files = [image, Path.Combine(_folder, "unknown.vsc"), damaged];
        foreach (var file in files)
        {
            var (status, output, error) = Perso.Run("vsc", "open", file, "--password-file", Secret("0000-0000-0000-0000-0000"));
            Assert.Equal((2, "", $"perso: {file}: The identifier or the password is wrong.{Environment.NewLine}"), (status, output, error));
        }
    }

    [Fact]
    public async Task The_next_command_finds_the_failure_of_the_last_one()
    {
        var time = new ManualTime();
        time.Advance(TimeProvider.System.GetUtcNow() - time.GetUtcNow());
        var (image, _) = Create(1);
        Assert.Equal(2, Perso.Run("vsc", "open", image, "--password-file", Secret("wrong")).Status);
        // As the next command would, by a clock that stands still since before the first.
        TimeSpan? wait = null;
        var failures = Path.Combine(_folder, "persomesh", "failed-openings");
        var opener = new VirtualCardOpener(new Nothing(), time, SealedVirtualCard.MinIterations, failures) { Waiting = w => wait = w };
        var identifier = SealedVirtualCard.Read(await File.ReadAllBytesAsync(image)).Identifier;
        using var impatient = new CancellationTokenSource();
        var attempt = opener.OpenAsync(identifier, "wrong"u8.ToArray(), ImageAreas.Public, impatient.Token);
        Assert.True(wait >= TimeSpan.FromSeconds(1), $"{wait}");
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => attempt);
    }

    [Fact]
    public void Every_command_explains_itself()
    {
        string[] commands = ["create", "show", "open", "diff", "verify"];
        Assert.All(commands, command =>
        {
            var (status, help, _) = Perso.Run("vsc", command, "--help");
            Assert.Equal(0, status);
            Assert.Contains($"perso vsc {command} ", help, StringComparison.Ordinal);
            Assert.Contains("--json", help, StringComparison.Ordinal);
        });
    }

    (string File, string Password) Create(int record)
    {
        var file = Path.Combine(_folder, $"{record}.vsc");
        var made = Perso.Json("vsc", "create", "samples/campus-card.csv", "--profile", "campus-card", "--record", $"{record}", "--out", file);
        return (file, made.Text("password")!);
    }

    string Secret(string value)
    {
        var file = Path.Combine(_folder, "password.txt");
        File.WriteAllText(file, value);
        return file;
    }

    sealed class Nothing : IVirtualCardStore
    {
        public ValueTask<SealedVirtualCard?> FindAsync(string identifier, CancellationToken cancellationToken) =>
            ValueTask.FromResult<SealedVirtualCard?>(null);
    }
}
