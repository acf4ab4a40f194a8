using System.Security.Cryptography;
using PersoMesh.Keys;
using PersoMesh.Sealing;
using PersoMesh.Security.Preparation;

namespace PersoMesh.Security.Tests;

public sealed class ScriptVaultTests : IDisposable
{
    readonly SoftwareSecurityModule _module = Some.Module();
    readonly ISecuritySession _session;

    public ScriptVaultTests() => _session = _module.OpenSession();

    public void Dispose()
    {
        _session.Dispose();
        _module.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(1000)]
    public void What_is_sealed_opens_to_the_same(int length)
    {
        var plain = RandomNumberGenerator.GetBytes(length);
        var payload = ScriptVault.Seal(_session, "secrets", Some.CardObject, plain);
        Assert.Equal(plain, ScriptVault.Open(_session, "secrets", Some.CardObject, payload));
    }

    [Fact]
    public void The_same_value_never_seals_to_the_same_bytes()
    {
        var plain = new byte[32];
        Assert.NotEqual(ScriptVault.Seal(_session, "secrets", Some.CardObject, plain), ScriptVault.Seal(_session, "secrets", Some.CardObject, plain));
    }

    [Fact]
    public void Every_changed_bit_is_refused()
    {
        var payload = ScriptVault.Seal(_session, "secrets", Some.CardObject, [1, 2, 3]);
        for (var bit = 0; bit < payload.Length * 8; bit++)
        {
            var changed = payload.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Throws<SealBrokenException>(() => ScriptVault.Open(_session, "secrets", Some.CardObject, changed));
        }
    }

    [Fact]
    public void Every_cut_is_refused()
    {
        var payload = ScriptVault.Seal(_session, "secrets", Some.CardObject, new byte[40]);
        for (var length = 0; length < payload.Length; length++)
            Assert.Throws<SealBrokenException>(() => ScriptVault.Open(_session, "secrets", Some.CardObject, payload[..length]));
    }

    [Theory]
    [InlineData("secrets", "CARD-2")]
    [InlineData("channel", Some.CardObject)]
    [InlineData("secrets", "")]
    public void Another_purpose_or_subject_is_refused(string purpose, string subject)
    {
        var payload = ScriptVault.Seal(_session, "secrets", Some.CardObject, [1, 2, 3]);
        Assert.Throws<SealBrokenException>(() => ScriptVault.Open(_session, purpose, subject, payload));
    }

    [Fact]
    public void Another_module_cannot_open_it()
    {
        var payload = ScriptVault.Seal(_session, "secrets", Some.CardObject, [1, 2, 3]);
        using var other = Some.Module();
        using var session = other.OpenSession();
        Assert.Throws<SealBrokenException>(() => ScriptVault.Open(session, "secrets", Some.CardObject, payload));
    }

    [Fact]
    public void Secret_values_come_back_apart_and_are_zeroed_where_they_came_from()
    {
        byte[][] values = [[1, 2, 3, 4, 5, 6, 7, 8], [], [0x80, 0x00], RandomNumberGenerator.GetBytes(300)];
        var copies = values.Select(value => value.ToArray()).ToArray();
        var payload = ScriptVault.SealSecrets(_session, Some.CardObject, values);
        Assert.All(values, value => Assert.All(value, b => Assert.Equal(0, b)));
        Assert.Equal(copies, ScriptVault.OpenSecrets(_session, Some.CardObject, payload));
    }
}
