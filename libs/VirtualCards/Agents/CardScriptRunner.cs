using PersoMesh.SmartCard;

namespace PersoMesh.VirtualCards.Agents;

/// <summary>A card did not answer a command as it must.</summary>
/// <param name="Step">The command.</param>
/// <param name="Reason">What is wrong, as the end of a sentence; holds no byte of the data.</param>
public sealed record CardFault(CardStep Step, string Reason)
{
    /// <summary>Place and reason: <c>file 3F00/4401, offset 255: the card answers …</c></summary>
    public override string ToString() => $"{Step.Where}: {Reason}";
}

/// <summary>Sends scripts to one card. Not thread-safe; one instance for each card.</summary>
/// <param name="channel">
/// The way to the card, with responses already put together (<see cref="GetResponseChannel"/>). What it throws goes through to the caller.
/// </param>
public sealed class CardScriptRunner(ICardChannel channel)
{
    /// <summary>How many commands of the script were answered as expected: where to go on, also after an exception.</summary>
    public int Completed { get; private set; }

    /// <summary>Sends a script from its beginning, up to the first command that is not answered as expected.</summary>
    /// <param name="script">The script.</param>
    /// <param name="cancellationToken">Stops between commands.</param>
    /// <returns>What went wrong, or null.</returns>
    public Task<CardFault?> RunAsync(CardScript script, CancellationToken cancellationToken)
    {
        Completed = 0;
        return ContinueAsync(script, cancellationToken);
    }

    /// <summary>Goes on with a personalization on a card that was reset and not pulled out, after <see cref="RunAsync"/> threw.</summary>
    /// <param name="agent">The agent that made the script.</param>
    /// <param name="image">The image that it was made from.</param>
    /// <param name="transportPassword">The password of the blank card, as it is sent; not kept.</param>
    /// <param name="cancellationToken">Stops between commands.</param>
    /// <returns>What went wrong, or null.</returns>
    public async Task<CardFault?> ResumeAsync(
        ICardAgent agent, VirtualCard image, ReadOnlyMemory<byte> transportPassword, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(agent);
        using var script = agent.Personalize(image, transportPassword.Span);
        if (Completed == script.Steps.Count)
            return null;
        using var plan = agent.Resume(image, transportPassword.Span, Completed);
        var isDone = plan.Evidence.Steps.Count > 0 && await SendAsync(plan.Evidence, 0, cancellationToken).ConfigureAwait(false) is null;
        var restore = isDone ? plan.RestoreDone : plan.RestoreNotDone;
        if (await SendAsync(restore, 0, cancellationToken).ConfigureAwait(false) is { } fault)
            return fault;
        if (isDone)
            Completed++;
        return await ContinueAsync(script, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Compares a card with an image. Passwords are tried only when everything that anybody may read is as in the image: a card of
    /// somebody else's must not lose a try.
    /// </summary>
    /// <param name="readBack">What <see cref="ICardAgent.ReadBack"/> returned.</param>
    /// <param name="cancellationToken">Stops between commands.</param>
    /// <returns>All differences; none when the card matches.</returns>
    public async Task<IReadOnlyList<CardFault>> CompareAsync(CardScript readBack, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(readBack);
        List<CardFault> faults = [];
        var isLost = false;
        foreach (var step in readBack.Steps)
        {
            var isAboutPasswords = step.Purpose is CardStepPurpose.Check or CardStepPurpose.Authenticate;
            if (isAboutPasswords && faults.Count > 0)
                return faults;
            // Every way to a file begins at the master file. When it is not found, what follows would read another one.
            isLost &= !(step.Purpose == CardStepPurpose.Select && step.File.IsMasterFile);
            if (isLost)
                continue;
            var response = await channel.TransmitAsync(step.Command, cancellationToken).ConfigureAwait(false);
            if (step.FaultIn(response) is not { } reason)
                continue;
            isLost = step.Purpose == CardStepPurpose.Select && !step.Expected.Contains(response.StatusWord);
            // A DF that is missing is missed once, not once for each of its files.
            if (!isLost || !faults.Exists(f => f.Step.Purpose == CardStepPurpose.Select && f.Step.File == step.File))
                faults.Add(new(step, reason));
            if (isAboutPasswords)
                return faults;
        }

        return faults;
    }

    async Task<CardFault?> ContinueAsync(CardScript script, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(script);
        return await SendAsync(script, Completed, cancellationToken, () => Completed++).ConfigureAwait(false);
    }

    async Task<CardFault?> SendAsync(CardScript script, int from, CancellationToken cancellationToken, Action? answered = null)
    {
        for (var i = from; i < script.Steps.Count; i++)
        {
            var step = script.Steps[i];
            var response = await channel.TransmitAsync(step.Command, cancellationToken).ConfigureAwait(false);
            if (step.FaultIn(response) is { } reason)
                return new(step, reason);
            answered?.Invoke();
        }

        return null;
    }
}
