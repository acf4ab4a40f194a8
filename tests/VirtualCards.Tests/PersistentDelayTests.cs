using PersoMesh.VirtualCards.Opening;
using PersoMesh.VirtualCards.Sealing;

namespace PersoMesh.VirtualCards.Tests;

/// <summary>Failures are counted in a file: whoever starts the program again and again waits as long as somebody who does not.</summary>
public sealed class PersistentDelayTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("pm-delay-").FullName;
    readonly byte[] _password = ImagePassword.Generate(Some.Random);
    readonly ManualTime _time = new();
    readonly VirtualCard _image = Some.Image();
    readonly SealedVirtualCard _sealed;

    public PersistentDelayTests() => _sealed = Some.Seal(_image, _password);

    string FailureFile => Path.Combine(_folder, "failed-openings");

    public void Dispose()
    {
        _image.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_new_process_goes_on_where_the_last_one_was(bool known)
    {
        var identifier = known ? _image.Identifier : "3F";
        List<double> waits = [];
        for (var i = 0; i < 12; i++)
            waits.Add(await FailAsync(NewProcess(), identifier));
        Assert.Equal([0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900], waits);
    }

    [Fact]
    public async Task A_try_that_is_broken_off_counts()
    {
        await FailAsync(NewProcess(), _image.Identifier);
        using (var impatient = new CancellationTokenSource())
        {
            var attempt = NewProcess().OpenAsync(_image.Identifier, _password, ImageAreas.Public, impatient.Token);
            await impatient.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => attempt);
        }

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, await FailAsync(NewProcess(), _image.Identifier));
    }

    [Fact]
    public async Task Success_forgets_for_the_next_process_too()
    {
        await FailAsync(NewProcess(), _image.Identifier);
        var attempt = NewProcess().OpenAsync(_image.Identifier, _password, ImageAreas.Public, default);
        _time.Advance(TimeSpan.FromSeconds(1));
        (await attempt).Dispose();
        Assert.Equal(0, await FailAsync(NewProcess(), _image.Identifier));
    }

    [Fact]
    public void Processes_at_the_same_time_lose_no_count()
    {
        const int Processes = 8, Tries = 25;
        Parallel.For(0, Processes, new ParallelOptions { MaxDegreeOfParallelism = Processes }, _ =>
        {
            for (var i = 0; i < Tries; i++)
                new FailureCountsInFile(FailureFile).Change("card", count => count with { Failures = count.Failures + 1 });
        });
        new FailureCountsInFile(FailureFile).Change("CARD", count =>
        {
            Assert.Equal(Processes * Tries, count.Failures);
            return count;
        });
    }

    [Fact]
    public async Task The_file_names_nobody_and_is_its_owners()
    {
        await FailAsync(NewProcess(), _image.Identifier);
        Assert.True(File.ReadAllBytes(FailureFile).AsSpan().IndexOf(Convert.FromHexString(_image.Identifier)) < 0);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FailureFile));
    }

    [Fact]
    public async Task A_damaged_file_opens_nothing()
    {
        await File.WriteAllTextAsync(FailureFile, "what is this");
        var error = await Assert.ThrowsAsync<IOException>(() => NewProcess().OpenAsync(_image.Identifier, _password, ImageAreas.Public, default));
        Assert.Contains(FailureFile, error.Message, StringComparison.Ordinal);
    }

    VirtualCardOpener NewProcess() => new(new Store(_sealed), _time, SealedVirtualCard.MinIterations, FailureFile);

    async Task<double> FailAsync(VirtualCardOpener opener, string identifier)
    {
        var attempt = opener.OpenAsync(identifier, "wrong"u8.ToArray(), ImageAreas.All, default);
        var wait = _time.Waiting.SingleOrDefault();
        _time.Advance(wait);
        await Assert.ThrowsAsync<VirtualCardRefusedException>(() => attempt);
        return wait.TotalSeconds;
    }

    sealed class Store(SealedVirtualCard image) : IVirtualCardStore
    {
        public ValueTask<SealedVirtualCard?> FindAsync(string identifier, CancellationToken cancellationToken) =>
            ValueTask.FromResult(identifier.Equals(image.Identifier, StringComparison.OrdinalIgnoreCase) ? image : null);
    }
}
