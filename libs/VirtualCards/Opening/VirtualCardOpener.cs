using System.Security.Cryptography;
using PersoMesh.VirtualCards.Sealing;

namespace PersoMesh.VirtualCards.Opening;

/// <summary>
/// Opens images for those who hold the password. Whoever does not learns nothing: an unknown identifier, a wrong password and a changed
/// image cost the same calculation, take the same path and end with the same error, and every failure makes the next try wait longer.
/// </summary>
/// <remarks>Thread-safe. It counts the failures: take one instance for all users, and a file when it must outlive the process.</remarks>
/// <param name="store">Where images are kept. Its own time to find one or none is not levelled out.</param>
/// <param name="time">The clock of the delays.</param>
/// <param name="iterations">Iterations of PBKDF2 that the images are sealed with.</param>
/// <param name="failureFile">
/// File in which failures are counted, made when there is none; whoever can remove it can begin anew. Null counts in this instance only.
/// </param>
public sealed class VirtualCardOpener(
    IVirtualCardStore store, TimeProvider time, int iterations = SealedVirtualCard.DefaultIterations, string? failureFile = null)
{
    // What an unknown identifier is tried against.
    readonly SealedVirtualCard _decoy = Decoy.Create(iterations);
    readonly OpeningDelay _delay = new(failureFile is null ? new FailureCountsInMemory() : new FailureCountsInFile(failureFile), time);
    long _iterationsDone;

    /// <summary>Told how long a try waits, when it does; null for nobody.</summary>
    public Action<TimeSpan>? Waiting { get; init; }

    /// <summary>Iterations of PBKDF2 that were calculated so far: tests compare the work for one case with that for another.</summary>
    internal long IterationsDone => Interlocked.Read(ref _iterationsDone);

    /// <summary>Opens an image.</summary>
    /// <param name="identifier">Its unique identifier.</param>
    /// <param name="password">Its password in ASCII; stays the caller's.</param>
    /// <param name="areas">What to open; the public area always is.</param>
    /// <param name="cancellationToken">Ends the waiting. The try counts as failed all the same.</param>
    /// <returns>The image; the caller disposes it.</returns>
    /// <exception cref="VirtualCardRefusedException">Always the same, whatever the reason.</exception>
    /// <exception cref="IOException">The file of the failures cannot be used: nothing is opened.</exception>
    public async Task<VirtualCard> OpenAsync(
        string identifier, ReadOnlyMemory<byte> password, ImageAreas areas, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(identifier);
        if (_delay.Reserve(identifier) is not { } wait)
            throw new VirtualCardRefusedException();
        if (wait > TimeSpan.Zero)
            Waiting?.Invoke(wait);
        await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
        var found = await store.FindAsync(identifier, cancellationToken).ConfigureAwait(false) ?? _decoy;
        var key = new byte[ImageKeys.KeyLength];
        try
        {
            Derive(password.Span, found, key);
            if (found.TryOpen(key, areas) is not { } image)
                throw new VirtualCardRefusedException();
            _delay.Succeeded(identifier);
            return image;
        }
        catch (SealedImageException)
        {
            throw new VirtualCardRefusedException();
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    // An image that was sealed with fewer iterations than the decoy must not answer faster.
    void Derive(ReadOnlySpan<byte> password, SealedVirtualCard found, Span<byte> key)
    {
        ImagePassword.DeriveKey(password, found.Salt, found.Iterations, key);
        var missing = iterations - found.Iterations;
        if (missing > 0)
        {
            Span<byte> unused = stackalloc byte[ImageKeys.KeyLength];
            ImagePassword.DeriveKey(password, found.Salt, missing, unused);
        }

        Interlocked.Add(ref _iterationsDone, found.Iterations + Math.Max(missing, 0));
    }
}

/// <summary>The one answer to whoever may not open an image.</summary>
public sealed class VirtualCardRefusedException() : Exception("The identifier or the password is wrong.");
