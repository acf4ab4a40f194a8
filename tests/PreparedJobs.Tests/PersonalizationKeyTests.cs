using System.Security.Cryptography;
using PersoMesh.Keys;

namespace PersoMesh.PreparedJobs.Tests;

/// <summary>What preparation makes of secrets under a personalization key, beside what the platform's ciphers make of them.</summary>
public sealed class PersonalizationKeyTests : IDisposable
{
    static readonly byte[] Key = [.. Enumerable.Range(0, 16).Select(i => (byte)(i * 5 + 1))];
    static readonly byte[] Secret = [.. Enumerable.Range(0, 48).Select(i => (byte)(i * 3 + 7))];

    readonly SoftwareSecurityModule _module = new();

    public void Dispose() => _module.Dispose();

    [Theory]
    [InlineData(KeyAlgorithm.TripleDes)]
    [InlineData(KeyAlgorithm.Aes)]
    public void It_is_CBC_with_an_initial_value_of_zeros_and_no_padding(KeyAlgorithm algorithm)
    {
        using SymmetricAlgorithm cipher = algorithm == KeyAlgorithm.Aes ? Aes.Create() : TripleDES.Create();
        cipher.Key = algorithm == KeyAlgorithm.Aes ? Key : [.. Key, .. Key[..8]];
        var expected = cipher.EncryptCbc(Secret, new byte[cipher.BlockSize / 8], PaddingMode.None);
        Assert.Equal(expected, Encipher(algorithm, Key, Secret));
    }

    [Theory]
    [InlineData(KeyAlgorithm.TripleDes, 47)]
    [InlineData(KeyAlgorithm.Aes, 40)]
    [InlineData(KeyAlgorithm.Aes, 0)]
    public void Anything_but_whole_blocks_is_refused_with_its_place(KeyAlgorithm algorithm, int length)
    {
        var e = Assert.Throws<PreparedJobException>(() => Encipher(algorithm, Key, Secret[..length]));
        Assert.Equal("debit, DGI 8201", e.Where);
        Assert.Contains($"{length} bytes", e.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_longer_key_is_refused() =>
        Assert.Throws<SecurityModuleException>(() => Encipher(KeyAlgorithm.Aes, [.. Key, .. Key], Secret));

    byte[] Encipher(KeyAlgorithm algorithm, byte[] key, byte[] secret)
    {
        _module.AddKey("PK", algorithm, key);
        using var session = _module.OpenSession();
        return PersonalizationKey.Encipher(session, "PK", "debit, DGI 8201", secret);
    }
}
