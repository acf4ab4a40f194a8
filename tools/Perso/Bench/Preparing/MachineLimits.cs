using System.Diagnostics;
using System.Globalization;
using PersoMesh.Keys;
using PersoMesh.Perso.Commands;
using PersoMesh.PreparedJobs;

namespace PersoMesh.Perso.Bench.Preparing;

/// <summary>What machine and token do at most, on all processors.</summary>
/// <param name="module">The token; with a session for each thread.</param>
/// <param name="threads">Threads.</param>
sealed class MachineLimits(ISecurityModule module, int threads)
{
    const string MasterKey = "IMK-AC";
    const int DerivedLength = 16;

    /// <summary>Key pairs by OpenSSL's library in this process.</summary>
    public TimeSpan GenerateByLibrary(KeyPairSize size, int count) =>
        Run(count, () => 0, _ => LibCrypto.GenerateRsa(size.Bits, size.Exponent), _ => { });

    /// <summary>Key pairs by <c>openssl genrsa</c>, a process each.</summary>
    public TimeSpan GenerateByProgram(KeyPairSize size, int count) => Run(count, () => 0, _ => GenRsa(size), _ => { });

    /// <summary>Key pairs by the token, read out.</summary>
    public TimeSpan GenerateByToken(KeyPairSize size, int count) =>
        Run(count, module.OpenSession, session => KeyPairStore.Zero(CardKeyPool.Generate(session, size)), session => session.Dispose());

    /// <summary>C_DeriveKey, and C_DestroyObject of what it made: nothing else.</summary>
    public TimeSpan Derive(int count) => WithKey(count, key =>
    {
        Span<byte> data = stackalloc byte[DerivedLength];
        using var derived = key.DeriveEcb(data, KeyAlgorithm.TripleDes, DerivedLength);
    });

    /// <summary>C_EncryptInit and C_Encrypt of what a card key is derived from: nothing else.</summary>
    public TimeSpan Encrypt(int count) => WithKey(count, key =>
    {
        Span<byte> data = stackalloc byte[DerivedLength];
        key.EncryptEcb(data, data);
    });

    TimeSpan WithKey(int count, Action<ISecretKey> one) => Run(
        count,
        () =>
        {
            var session = module.OpenSession();
            return (Session: session, Key: session.GetKey(MasterKey));
        },
        open => one(open.Key),
        open =>
        {
            open.Key.Dispose();
            open.Session.Dispose();
        });

    TimeSpan Run<T>(int count, Func<T> open, Action<T> one, Action<T> close)
    {
        var left = count;
        var start = Stopwatch.GetTimestamp();
        Task.WaitAll([.. Enumerable.Range(0, threads).Select(_ => Task.Factory.StartNew(
            () =>
            {
                var state = open();
                while (Interlocked.Decrement(ref left) >= 0)
                    one(state);
                close(state);
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))]);
        return Stopwatch.GetElapsedTime(start);
    }

    static void GenRsa(KeyPairSize size)
    {
        var start = new ProcessStartInfo("openssl", ["genrsa", size.Exponent == 3 ? "-3" : "-f4", size.Bits.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start) ?? throw new UserErrorException("openssl does not start.");
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new UserErrorException($"openssl genrsa ended with {process.ExitCode}.");
    }
}
