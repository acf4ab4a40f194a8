using System.Security.Cryptography;
using System.Text;

namespace PersoMesh.Sealing.Tests;

public sealed class PayloadSealerTests : IDisposable
{
    readonly byte[] _key = RandomNumberGenerator.GetBytes(PayloadSealer.KeyLength);
    readonly PayloadSealer _sealer;

    public PayloadSealerTests() => _sealer = new PayloadSealer(_key);

    public void Dispose() => _sealer.Dispose();

    [Fact]
    public void What_was_sealed_opens_in_another_service_with_the_same_key()
    {
        using var other = new PayloadSealer(_key);
        var payload = _sealer.Seal("script", "card-1", "holder"u8);
        Assert.Equal("holder", Encoding.UTF8.GetString(other.Open("script", "card-1", payload)));
    }

    [Fact]
    public void Every_changed_bit_is_noticed()
    {
        var payload = _sealer.Seal("script", "card-1", "holder"u8);
        for (var bit = 0; bit < payload.Length * 8; bit++)
        {
            var changed = (byte[])payload.Clone();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Throws<SealBrokenException>(() => _sealer.Open("script", "card-1", changed));
        }
    }

    [Theory]
    [InlineData("modules", "card-1")]
    [InlineData("script", "card-2")]
    public void Another_purpose_or_subject_does_not_open(string purpose, string subject)
    {
        var payload = _sealer.Seal("script", "card-1", "holder"u8);
        Assert.Throws<SealBrokenException>(() => _sealer.Open(purpose, subject, payload));
    }

    [Fact]
    public void Another_mesh_key_is_named_as_the_reason()
    {
        using var other = new PayloadSealer(new byte[PayloadSealer.KeyLength]);
        var e = Assert.Throws<SealBrokenException>(() => other.Open("script", "card-1", _sealer.Seal("script", "card-1", [])));
        Assert.Contains("another mesh key", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_threads_may_seal_and_open_at_once()
    {
        Parallel.For(0, 20_000, i =>
        {
            var subject = $"card-{i}";
            var payload = _sealer.Seal("script", subject, BitConverter.GetBytes(i));
            Assert.Equal(i, BitConverter.ToInt32(_sealer.Open("script", subject, payload)));
        });
    }

    [Fact]
    public void Anything_too_short_is_refused()
    {
        for (var length = 0; length < PayloadSealer.Overhead; length++)
            Assert.Throws<SealBrokenException>(() => _sealer.Open("script", "card-1", new byte[length]));
    }
}
