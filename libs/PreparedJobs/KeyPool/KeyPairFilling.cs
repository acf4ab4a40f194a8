using System.Security.Cryptography;
using PersoMesh.Keys;

namespace PersoMesh.PreparedJobs;

/// <summary>Fills a store with key pairs before they are needed.</summary>
public static class KeyPairFilling
{
    /// <summary>Makes key pairs until the store has so many.</summary>
    /// <param name="module">Makes and wraps them.</param>
    /// <param name="store">The store.</param>
    /// <param name="size">Their size.</param>
    /// <param name="target">How many there shall be.</param>
    /// <param name="threads">Threads, each with a session of its own.</param>
    /// <param name="progress">Is told after each file how many there are.</param>
    /// <param name="cancellationToken">Stops; what was made is stored.</param>
    /// <returns>How many were made.</returns>
    /// <exception cref="SecurityModuleException">The pool's key is missing, or the token refused.</exception>
    public static int Fill(
        ISecurityModule module, KeyPairStore store, KeyPairSize size, int target, int threads, Action<int> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(progress);
        var present = store.Count().GetValueOrDefault(size);
        var missing = Math.Max(0, target - present);
        var (claimed, made) = (0, 0);
        var fillers = Enumerable.Range(0, threads).Select(_ => Task.Factory.StartNew(
            FillOne, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
        try
        {
            Task.WaitAll(fillers, CancellationToken.None);
        }
        catch (AggregateException e)
        {
            throw e.Flatten().InnerExceptions.OfType<SecurityModuleException>().FirstOrDefault() ?? (Exception)e;
        }

        return made;

        void FillOne()
        {
            using var session = module.OpenSession();
            while (!cancellationToken.IsCancellationRequested)
            {
                var from = Interlocked.Add(ref claimed, KeyPairStore.SegmentSize) - KeyPairStore.SegmentSize;
                var count = Math.Min(KeyPairStore.SegmentSize, missing - from);
                if (count <= 0)
                    return;
                List<RSAParameters> pairs = new(count);
                while (pairs.Count < count && !cancellationToken.IsCancellationRequested)
                    pairs.Add(CardKeyPool.Generate(session, size));
                store.Add(session, size, pairs);
                progress(present + Interlocked.Add(ref made, pairs.Count));
            }
        }
    }
}
