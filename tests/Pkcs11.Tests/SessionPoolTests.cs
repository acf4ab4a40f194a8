using System.Collections.Concurrent;
using PersoMesh.Fixtures;
using PersoMesh.Keys;

namespace PersoMesh.Pkcs11.Tests;

public sealed class SessionPoolTests(SoftHsmFixture softHsm) : IClassFixture<SoftHsmFixture>
{
    [Fact]
    public void Eight_threads_share_three_sessions_and_each_gets_its_own_results()
    {
        using var software = new SoftwareSecurityModule();
        using var module = Pkcs11SecurityModule.Open(softHsm.Options(maxSessions: 3));
        for (var thread = 0; thread < 8; thread++)
        {
            var value = Enumerable.Repeat((byte)(thread + 1), 16).ToArray();
            software.AddKey($"parallel-{thread}", KeyAlgorithm.Aes, value);
            softHsm.Import($"parallel-{thread}", KeyAlgorithm.Aes, value);
        }

        var failures = new ConcurrentQueue<Exception>();
        var threads = Enumerable.Range(0, 8).Select(number => new Thread(() =>
        {
            try
            {
                for (var round = 0; round < 25; round++)
                    Assert.Equal(Work(software, $"parallel-{number}", round), Work(module, $"parallel-{number}", round));
            }
            catch (Exception e)
            {
                failures.Enqueue(e);
            }
        })).ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());
        Assert.Empty(failures);

        static byte[] Work(ISecurityModule module, string label, int round)
        {
            using var session = module.OpenSession();
            using var key = session.GetKey(label);
            var data = new byte[16];
            data[0] = (byte)round;
            using var derived = key.DeriveEcb(data, KeyAlgorithm.TripleDes, 16);
            derived.EncryptCbc(new byte[8], data, data);
            key.EncryptEcb(data, data);
            return data;
        }
    }

    [Fact]
    public void When_all_sessions_stay_in_use_the_caller_is_told_and_may_try_again()
    {
        var options = new Pkcs11Options
        {
            LibraryPath = softHsm.LibraryPath,
            TokenLabel = softHsm.TokenLabels[0],
            PinFile = softHsm.PinFile,
            MaxSessions = 1,
            SessionTimeout = TimeSpan.Zero,
        };
        using var module = Pkcs11SecurityModule.Open(options);
        using (module.OpenSession())
        {
            var failure = Assert.Throws<SecurityModuleException>(module.OpenSession);
            Assert.True(failure.IsTransient);
            Assert.Contains("All 1 sessions", failure.Message, StringComparison.Ordinal);
        }

        module.OpenSession().Dispose();
    }

    [Fact]
    public async Task A_waiting_caller_gets_the_session_that_is_given_back()
    {
        using var module = Pkcs11SecurityModule.Open(softHsm.Options(maxSessions: 1));
        var first = module.OpenSession();
        using var isWaiting = new ManualResetEventSlim();
        var second = Task.Run(() =>
        {
            isWaiting.Set();
            return module.OpenSession();
        });
        isWaiting.Wait();
        first.Dispose();
        first.Dispose();
        using var session = await second;
        session.GenerateRandom(new byte[8]);
    }

    [Fact]
    public void Keys_left_behind_are_destroyed_with_the_session()
    {
        softHsm.Import("left-behind", KeyAlgorithm.Aes, new byte[16]);
        using var module = Pkcs11SecurityModule.Open(softHsm.Options(maxSessions: 1));
        ISecretKey forgotten;
        using (var session = module.OpenSession())
        {
            using var key = session.GetKey("left-behind");
            key.DeriveEcb(new byte[16], KeyAlgorithm.Aes, 16);
            using var disposed = key.DeriveEcb(new byte[16], KeyAlgorithm.Aes, 16);
            forgotten = key.DeriveEcb(new byte[16], KeyAlgorithm.Aes, 16);
        }

        Assert.Throws<ObjectDisposedException>(() => forgotten.EncryptEcb(new byte[16], new byte[16]));
        forgotten.Dispose();
        Assert.Equal(0, CountSessionObjects());
    }

    [Fact]
    public void A_disposed_module_and_its_returned_sessions_refuse_work()
    {
        var module = Pkcs11SecurityModule.Open(softHsm.Options());
        var session = module.OpenSession();
        module.Dispose();
        session.Dispose();
        Assert.Throws<ObjectDisposedException>(() => session.GenerateRandom(new byte[8]));
        Assert.Throws<ObjectDisposedException>(module.OpenSession);
    }

    [Fact]
    public void Two_libraries_with_their_own_tokens_live_side_by_side()
    {
        using var other = SoftHsmFixture.WithTokens("first", "second");
        other.Import("only here", KeyAlgorithm.Aes, new byte[16], "second");
        using var here = Pkcs11SecurityModule.Open(softHsm.Options());
        using var first = Pkcs11SecurityModule.Open(other.Options("first"));
        using var second = Pkcs11SecurityModule.Open(other.Options("second"));
        Assert.True(Has(second));
        Assert.False(Has(first));
        Assert.False(Has(here));

        static bool Has(Pkcs11SecurityModule module)
        {
            using var session = module.OpenSession();
            try
            {
                session.GetKey("only here").Dispose();
                return true;
            }
            catch (KeyNotFoundInModuleException)
            {
                return false;
            }
        }
    }

    int CountSessionObjects()
    {
        using var token = new TokenAccess(softHsm.Options());
        using var session = token.OpenSession(readWrite: false);
        return TokenObjects.Count(session, onToken: false);
    }
}
