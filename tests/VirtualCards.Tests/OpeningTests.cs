using System.Text;
using PersoMesh.VirtualCards.Layout;
using PersoMesh.VirtualCards.Opening;
using PersoMesh.VirtualCards.Sealing;

namespace PersoMesh.VirtualCards.Tests;

/// <summary>Who does not have the password opens nothing and learns nothing.</summary>
public sealed class OpeningTests : IDisposable
{
    readonly byte[] _password = ImagePassword.Generate(Some.Random);
    readonly ManualTime _time = new();
    readonly VirtualCard _image = Some.Image();
    readonly Store _store = new();
    readonly VirtualCardOpener _opener;

    public OpeningTests()
    {
        _store.Image = Some.Seal(_image, _password);
        _opener = new(_store, _time, SealedVirtualCard.MinIterations);
    }

    public void Dispose() => _image.Dispose();

    [Fact]
    public async Task The_password_opens()
    {
        using var opened = await _opener.OpenAsync(_image.Identifier, _password, ImageAreas.All, default);
        Assert.Empty(VirtualCardDiff.Between(_image, opened));
    }

    [Fact]
    public async Task It_may_be_typed_in_any_way()
    {
        var typed = Encoding.ASCII.GetString(_password).ToLowerInvariant().Replace("-", " ").Replace('0', 'o').Replace('1', 'l');
        using var opened = await _opener.OpenAsync(
            _image.Identifier.ToLowerInvariant(), Encoding.ASCII.GetBytes(typed), ImageAreas.Public, default);
        Assert.Throws<InvalidOperationException>(() => opened.Read(FilePath.Parse(Some.Holder)));
    }

    [Fact]
    public async Task An_unknown_identifier_and_a_wrong_password_look_alike()
    {
        var before = _opener.IterationsDone;
        var wrong = await Assert.ThrowsAsync<VirtualCardRefusedException>(
            () => _opener.OpenAsync(_image.Identifier, "0000-0000-0000-0000-0000"u8.ToArray(), ImageAreas.All, default));
        var between = _opener.IterationsDone;
        var unknown = await Assert.ThrowsAsync<VirtualCardRefusedException>(
            () => _opener.OpenAsync(new string('0', 32), _password, ImageAreas.All, default));
        Assert.Equal((wrong.Message, wrong.InnerException), (unknown.Message, unknown.InnerException));
        Assert.Equal(between - before, _opener.IterationsDone - between);
        Assert.Equal(SealedVirtualCard.MinIterations, between - before);
    }

    [Fact]
    public async Task A_changed_image_looks_like_a_wrong_password()
    {
        var changed = _store.Image!.ToArray();
        changed[^1] ^= 1;
        _store.Image = SealedVirtualCard.Read(changed);
        await Assert.ThrowsAsync<VirtualCardRefusedException>(
            () => _opener.OpenAsync(_image.Identifier, _password, ImageAreas.All, default));
    }

    [Fact]
    public async Task An_image_with_fewer_iterations_costs_the_same()
    {
        var opener = new VirtualCardOpener(_store, _time, SealedVirtualCard.MinIterations + 50_000);
        using var opened = await opener.OpenAsync(_image.Identifier, _password, ImageAreas.Public, default);
        Assert.Equal(SealedVirtualCard.MinIterations + 50_000, opener.IterationsDone);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_failure_makes_the_next_try_wait_longer(bool known)
    {
        var identifier = known ? _image.Identifier : new string('F', 32);
        List<double> waits = [];
        for (var i = 0; i < 12; i++)
        {
            var attempt = Fail(identifier);
            waits.Add(_time.Waiting.SingleOrDefault().TotalSeconds);
            _time.Advance(TimeSpan.FromSeconds(waits[^1]));
            await attempt;
        }

        Assert.Equal([0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900], waits);
    }

    [Fact]
    public async Task Tries_at_the_same_time_queue_up()
    {
        List<Task> attempts = [.. Enumerable.Range(0, 5).Select(_ => Fail(_image.Identifier))];
        Assert.Equal([1, 3, 7, 15], _time.Waiting.Select(w => w.TotalSeconds));
        _time.Advance(TimeSpan.FromSeconds(15));
        await Task.WhenAll(attempts);
    }

    [Fact]
    public async Task A_long_queue_is_refused_at_once()
    {
        List<Task> attempts = [.. Enumerable.Range(0, 11).Select(_ => Fail(_image.Identifier))];
        var done = _opener.IterationsDone;
        await Fail(_image.Identifier);
        Assert.Equal(SealedVirtualCard.MinIterations, done); // only the first has had its turn
        _time.Advance(TimeSpan.FromHours(1));
        await Task.WhenAll(attempts);
    }

    [Fact]
    public async Task Success_and_a_day_forget()
    {
        await Fail(_image.Identifier);
        var attempt = _opener.OpenAsync(_image.Identifier, _password, ImageAreas.Public, default);
        _time.Advance(TimeSpan.FromSeconds(1));
        (await attempt).Dispose();
        await Fail(_image.Identifier);
        _time.Advance(TimeSpan.FromHours(25));
        await Fail(_image.Identifier);
        Assert.Empty(_time.Waiting);
    }

    [Fact]
    public async Task One_identifier_does_not_hold_up_another()
    {
        await Fail(_image.Identifier);
        await Fail(new string('0', 32));
        Assert.Empty(_time.Waiting);
    }

    [Fact]
    public void Image_passwords_have_a_hundred_bits()
    {
        Assert.Matches("^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){4}$", Encoding.ASCII.GetString(_password));
        var many = Enumerable.Range(0, 500).Select(_ => Convert.ToHexString(ImagePassword.Generate(Some.Random)));
        Assert.Equal(500, many.Distinct().Count());
    }

    async Task Fail(string identifier) => await Assert.ThrowsAsync<VirtualCardRefusedException>(
        () => _opener.OpenAsync(identifier, "wrong"u8.ToArray(), ImageAreas.All, default));

    sealed class Store : IVirtualCardStore
    {
        public SealedVirtualCard? Image { get; set; }

        public ValueTask<SealedVirtualCard?> FindAsync(string identifier, CancellationToken cancellationToken) =>
            ValueTask.FromResult(identifier.Equals(Image?.Identifier, StringComparison.OrdinalIgnoreCase) ? Image : null);
    }
}
