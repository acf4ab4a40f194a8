namespace PersoMesh.Pcsc.Tests.Support;

/// <summary>Nothing in these tests waits without end.</summary>
static class Bounded
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static Task InTimeAsync(this Task task) => task.WaitAsync(Patience);

    public static Task<T> InTimeAsync<T>(this Task<T> task) => task.WaitAsync(Patience);

    public static Task<T> InTimeAsync<T>(this ValueTask<T> task) => task.AsTask().WaitAsync(Patience);

    public static Task InTimeAsync(this ValueTask task) => task.AsTask().WaitAsync(Patience);
}
