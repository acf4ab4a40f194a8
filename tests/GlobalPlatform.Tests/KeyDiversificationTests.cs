using PersoMesh.Keys;
using PersoMesh.TestVectors;

namespace PersoMesh.GlobalPlatform.Tests;

public class KeyDiversificationTests
{
    [Fact]
    public void Card_keys_are_the_published_ones() => Assert.All(DiversificationVectors.Keys, v =>
    {
        Assert.True(KeyDiversification.TryParse(v.Method, out var method));
        using var master = Master(v.Method, v.Master);
        using var keys = KeyDiversification.Derive(method, master, Hex.Bytes(v.Kdd));
        Assert.Equal(v.Keys.Select(k =>
            Hex.Fingerprint(Master(v.Method, k))), new[] { keys.Enc, keys.Mac, keys.Dek }.Select(Hex.Fingerprint));
    });

    [Fact]
    public void Values_for_put_key_are_the_published_ones() => Assert.All(DiversificationVectors.Keys, v =>
    {
        Assert.True(KeyDiversification.TryParse(v.Method, out var method));
        using var master = Master(v.Method, v.Master);
        var value = new byte[v.Keys[0].Length / 2];
        Assert.All(Enum.GetValues<CardKeyRole>(), role =>
        {
            KeyDiversification.ComputeValue(method, master, role, Hex.Bytes(v.Kdd), value);
            Assert.Equal(v.Keys[(int)role - 1], Convert.ToHexString(value));
        });
        Assert.Throws<ArgumentException>(() =>
            KeyDiversification.ComputeValue(DiversificationMethod.None, master, CardKeyRole.Enc, Hex.Bytes(v.Kdd), value));
        Assert.Throws<ArgumentException>(() =>
            KeyDiversification.ComputeValue(method, master, CardKeyRole.Enc, Hex.Bytes(v.Kdd), new byte[8]));
    });

    [Fact]
    public void Check_values_of_card_keys_are_the_published_ones() => Assert.All(DiversificationVectors.CheckValues, v =>
    {
        Assert.True(KeyDiversification.TryParse(v.Method, out var method));
        using var master = Master(v.Method, v.Master);
        using var keys = KeyDiversification.Derive(method, master, Hex.Bytes(v.Kdd));
        Assert.Equal(v.CheckValues, new[] { keys.Enc, keys.Mac, keys.Dek }.Select(k => Convert.ToHexString(KeyCheckValue.Compute(k))));
    });

    [Fact]
    public void Kdf3_of_another_published_master_key_is_the_published_one()
    {
        using var master = Hex.Aes(DiversificationVectors.Kdf3Master);
        using var keys = KeyDiversification.Derive(DiversificationMethod.Kdf3, master, Hex.Bytes(DiversificationVectors.Kdf3Kdd));
        Assert.Equal(Hex.Fingerprint(Hex.Aes(DiversificationVectors.Kdf3Enc)), Hex.Fingerprint(keys.Enc));
    }

    [Fact]
    public void A_real_card_is_opened_with_its_diversified_key()
    {
        var answer = InitializeUpdateResponse.Parse(Hex.Bytes(Scp03Vectors.CosmoAnswer));
        using var master = Hex.Aes(Scp03Vectors.CosmoMaster);
        using var keys = KeyDiversification.Derive(DiversificationMethod.Kdf3, master, answer.KeyDiversificationData.Span);
        using var channel = SecureChannel.Open(keys, Hex.Bytes(Scp03Vectors.CosmoHostChallenge), answer, SecurityLevel.CMac);
        Assert.Equal(0x70, channel.Implementation);
    }

    [Fact]
    public void None_gives_the_master_key_and_leaves_it_alone()
    {
        using var master = Hex.Aes(Scp02Vectors.DefaultKey);
        using (var keys = KeyDiversification.Derive(DiversificationMethod.None, master, new byte[10]))
            Assert.Same(master, keys.Dek);
        Assert.NotEmpty(Hex.Fingerprint(master));
    }

    [Fact]
    public void Names_are_read_as_they_are_written() => Assert.All(Enum.GetValues<DiversificationMethod>(), method =>
    {
        Assert.True(KeyDiversification.TryParse(KeyDiversification.NameOf(method), out var read));
        Assert.Equal(method, read);
    });

    [Fact]
    public void A_method_for_another_cipher_is_refused()
    {
        using var aes = Hex.Aes(Scp02Vectors.DefaultKey);
        Assert.Throws<ArgumentException>(() => KeyDiversification.Derive(DiversificationMethod.EmvCps, aes, new byte[10]));
        Assert.Throws<ArgumentException>(() => KeyDiversification.Derive(DiversificationMethod.Kdf3, aes, new byte[9]));
        Assert.False(KeyDiversification.TryParse("EMV", out _));
    }

    static SoftwareKey Master(string method, string hex) =>
        string.Equals(method, "kdf3", StringComparison.Ordinal) ? Hex.Aes(hex) : Hex.TripleDes(hex);
}
