using System.Collections.Concurrent;
using System.Security.Cryptography;
using PersoMesh.Keys;

namespace PersoMesh.PreparedJobs.Tests;

/// <summary>Key pairs that wait in a folder: whole, secret, and each taken once.</summary>
public sealed class KeyPairStoreTests : IDisposable
{
    static readonly KeyPairSize Size = new(1024, 65537);

    readonly PoolToken _token = new();
    readonly string _folder = Directory.CreateTempSubdirectory("persomesh-pool-").FullName;
    readonly ISecuritySession _session;
    readonly KeyPairStore _store;

    public KeyPairStoreTests()
    {
        _session = _token.Module.OpenSession();
        _store = new KeyPairStore(_folder);
    }

    public void Dispose()
    {
        _session.Dispose();
        _token.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void A_key_pair_comes_back_as_it_was_and_once()
    {
        var pairs = Made(3);
        _store.Add(_session, Size, [.. pairs.Select(Copy)]);
        var taken = new KeyPairStore(_folder).Take(_session, Size);
        Assert.Equal(3, taken.Count);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(pairs[i].Modulus, taken[i].Modulus);
            Assert.Equal(pairs[i].Exponent, taken[i].Exponent);
            Assert.Equal([.. pairs[i].P!, .. pairs[i].Q!, .. pairs[i].DP!, .. pairs[i].DQ!, .. pairs[i].InverseQ!],
                [.. taken[i].P!, .. taken[i].Q!, .. taken[i].DP!, .. taken[i].DQ!, .. taken[i].InverseQ!]);
        }

        Assert.Empty(_store.Take(_session, Size));
        Assert.Empty(Directory.EnumerateFiles(_folder));
    }

    [Fact]
    public void No_part_of_a_private_key_is_in_the_file()
    {
        var pairs = Made(2);
        _store.Add(_session, Size, [.. pairs.Select(Copy)]);
        var file = File.ReadAllBytes(Assert.Single(Directory.EnumerateFiles(_folder)));
        foreach (var number in pairs.SelectMany(pair => new[] { pair.D!, pair.P!, pair.Q!, pair.DP!, pair.DQ!, pair.InverseQ! }))
            Assert.Equal(-1, file.AsSpan().IndexOf(number.AsSpan(0, 16)));
    }

    [Fact]
    public void What_was_stored_is_zeroed_in_memory()
    {
        var pair = Made(1)[0];
        _store.Add(_session, Size, [pair]);
        Assert.All(new[] { pair.P!, pair.Q!, pair.DP!, pair.DQ!, pair.InverseQ! }, part => Assert.All(part, value => Assert.Equal(0, value)));
    }

    [Fact]
    public void Sizes_are_kept_apart()
    {
        _store.Add(_session, Size, Made(2));
        Assert.Empty(_store.Take(_session, Size with { Exponent = 3 }));
        Assert.Empty(_store.Take(_session, Size with { Bits = 1152 }));
        Assert.Equal(2, Assert.Single(_store.Count(), count => count.Key == Size).Value);
    }

    [Fact]
    public void Every_changed_bit_is_refused_and_nothing_is_lost()
    {
        _store.Add(_session, Size, Made(1));
        var path = Assert.Single(Directory.EnumerateFiles(_folder));
        var file = File.ReadAllBytes(path);
        for (var bit = 0; bit < file.Length * 8; bit += 7)
        {
            var changed = (byte[])file.Clone();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            File.WriteAllBytes(path, changed);
            var e = Assert.Throws<PreparedJobException>(() => _store.Take(_session, Size));
            Assert.Contains(Path.GetFileName(path), e.Message, StringComparison.Ordinal);
            Assert.Equal(changed, File.ReadAllBytes(path));
        }

        File.WriteAllBytes(path, file);
        Assert.Single(_store.Take(_session, Size));
    }

    [Fact]
    public void A_copy_under_another_name_and_a_file_of_another_key_are_refused()
    {
        _store.Add(_session, Size, Made(1));
        var path = Assert.Single(Directory.EnumerateFiles(_folder));
        var copy = Path.Combine(_folder, $"{Size}-{Guid.NewGuid():N}.keys");
        File.Move(path, copy);
        Assert.Throws<PreparedJobException>(() => _store.Take(_session, Size));
        File.Move(copy, path);
        _token.ReplaceKey();
        using var session = _token.Module.OpenSession();
        Assert.Throws<PreparedJobException>(() => _store.Take(session, Size));
        Assert.True(File.Exists(path));
    }

    [Fact]
    public void What_a_crash_cut_off_is_nobodys_and_the_rest_is_taken()
    {
        _store.Add(_session, Size, Made(3));
        var path = Assert.Single(Directory.EnumerateFiles(_folder));
        var file = File.ReadAllBytes(path);
        File.WriteAllBytes(path, file[..^5]);
        Assert.Equal(2, _store.Take(_session, Size).Count);
        // Emptied, and the process died before it was deleted.
        File.WriteAllBytes(path, []);
        Assert.Empty(_store.Take(_session, Size));
        Assert.Empty(_store.Count());
    }

    [Fact]
    public async Task Many_takers_at_once_never_get_the_same_key_pair()
    {
        const int Takers = 6;
        for (var i = 0; i < 12; i++)
            _store.Add(_session, Size, Made(2));
        var taken = new ConcurrentBag<string>();
        await Task.WhenAll(Enumerable.Range(0, Takers).Select(_ => Task.Run(() =>
        {
            using var session = _token.Module.OpenSession();
            // Each with a store of its own, as another process has.
            var store = new KeyPairStore(_folder);
            while (store.Take(session, Size) is { Count: > 0 } pairs)
            {
                foreach (var pair in pairs)
                    taken.Add(Convert.ToHexString(pair.Modulus!));
            }
        })));
        while (_store.Take(_session, Size) is { Count: > 0 } rest)
        {
            foreach (var pair in rest)
                taken.Add(Convert.ToHexString(pair.Modulus!));
        }

        Assert.Equal(24, taken.Count);
        Assert.Equal(24, taken.Distinct(StringComparer.Ordinal).Count());
    }

    // By .NET, not by the token: these tests are about the store.
    static RSAParameters[] Made(int count) => [.. Enumerable.Range(0, count).Select(_ =>
    {
        using var rsa = RSA.Create(Size.Bits);
        return rsa.ExportParameters(includePrivateParameters: true);
    })];

    static RSAParameters Copy(RSAParameters pair) => pair with
    {
        P = [.. pair.P!],
        Q = [.. pair.Q!],
        DP = [.. pair.DP!],
        DQ = [.. pair.DQ!],
        InverseQ = [.. pair.InverseQ!],
    };
}
