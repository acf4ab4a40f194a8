using System.Numerics;
using System.Security.Cryptography;
using PersoMesh.Keys;

namespace PersoMesh.PreparedJobs.Tests;

/// <summary>Key pairs that are made while cards are prepared.</summary>
public sealed class CardKeyPoolTests : IDisposable
{
    static readonly KeyPairSize Size = new(512, 3);

    readonly PoolToken _token = new();
    readonly string _folder = Directory.CreateTempSubdirectory("persomesh-pool-").FullName;

    public void Dispose()
    {
        _token.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Threads_fill_it_and_what_is_left_over_waits_for_the_next_run()
    {
        var store = new KeyPairStore(_folder);
        HashSet<string> given = [];
        using (var pool = new CardKeyPool(_token.Module, store, [Size], threads: 2))
        {
            for (var i = 0; i < 20; i++)
                Assert.True(given.Add(Checked(pool.Take(Size.Bits, Size.Exponent))));
        }

        var left = store.Count().GetValueOrDefault(Size);
        using (var pool = new CardKeyPool(_token.Module, store, [Size], threads: 2))
        {
            for (var i = 0; i < left + 4; i++)
                Assert.True(given.Add(Checked(pool.Take(Size.Bits, Size.Exponent))));
        }
    }

    [Fact]
    public void Stored_key_pairs_go_first()
    {
        var store = new KeyPairStore(_folder);
        KeyPairFilling.Fill(_token.Module, store, Size, target: 20, threads: 2, _ => { }, default);
        Assert.Equal(20, store.Count()[Size]);
        Assert.Equal(0, KeyPairFilling.Fill(_token.Module, store, Size, target: 20, threads: 2, _ => { }, default));
        using (var session = _token.Module.OpenSession())
        using (var pool = new CardKeyPool(_token.Module, store, [Size], threads: 1))
            Checked(pool.Take(Size.Bits, Size.Exponent));
        // None was made beside them: there was no need.
        Assert.Equal(19, store.Count()[Size]);
    }

    [Fact]
    public void A_module_without_the_pools_key_is_named_to_who_waits()
    {
        using var module = new SoftwareSecurityModule();
        using var pool = new CardKeyPool(module, new KeyPairStore(_folder), [Size], threads: 2);
        Assert.Throws<SecurityModuleException>(() => pool.Take(Size.Bits, Size.Exponent));
    }

    // n = pq and every part belongs to it: arithmetic, nobody's code.
    static string Checked(RSAParameters pair)
    {
        var (n, p, q) = (Number(pair.Modulus), Number(pair.P), Number(pair.Q));
        Assert.Equal(n, p * q);
        Assert.Equal(BigInteger.One, Number(pair.DP) * 3 % (p - 1));
        Assert.Equal(BigInteger.One, Number(pair.DQ) * 3 % (q - 1));
        Assert.Equal(BigInteger.One, Number(pair.InverseQ) * q % p);
        return n.ToString();
    }

    static BigInteger Number(byte[]? bytes) => new(bytes, isUnsigned: true, isBigEndian: true);
}
