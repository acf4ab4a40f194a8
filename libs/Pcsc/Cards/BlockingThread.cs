using System.Collections.Concurrent;

namespace PersoMesh.Pcsc.Cards;

/// <summary>
/// A thread of its own for calls that block for as long as a card thinks, so that they do not hold threads of the pool. Calls run in the
/// order in which they came.
/// </summary>
sealed class BlockingThread
{
    readonly BlockingCollection<Action> _calls = [];
    readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public BlockingThread(string name) => new Thread(Run) { IsBackground = true, Name = name }.Start();

    /// <summary>Done when the last call has returned after <see cref="End"/>.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Queues a call; what it throws comes out of the task.</summary>
    /// <exception cref="ObjectDisposedException">After <see cref="End"/>.</exception>
    public Task<T> RunAsync<T>(Func<T> call)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            _calls.Add(() => Run(call, result));
        }
        catch (InvalidOperationException e)
        {
            throw new ObjectDisposedException("The connection is closed.", e);
        }

        return result.Task;
    }

    /// <summary>Takes no further call; the thread ends after those that wait.</summary>
    public void End() => _calls.CompleteAdding();

    static void Run<T>(Func<T> call, TaskCompletionSource<T> result)
    {
        try
        {
            result.SetResult(call());
        }
#pragma warning disable CA1031 // Whatever it is, it belongs to the one who waits for the task.
        catch (Exception e)
#pragma warning restore CA1031
        {
            result.SetException(e);
        }
    }

    void Run()
    {
        foreach (var call in _calls.GetConsumingEnumerable())
            call();
        _calls.Dispose();
        _ended.SetResult();
    }
}
