using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace PersoMesh.VirtualCards.Agents;

/// <summary>Commands in order. The data of written files are views of the image: dispose it afterwards, not before.</summary>
/// <param name="steps">The commands.</param>
public sealed class CardScript(IReadOnlyList<CardStep> steps) : IDisposable
{
    /// <summary>The commands in order.</summary>
    public IReadOnlyList<CardStep> Steps { get; } = steps;

    /// <summary>Zeroes the passwords in the commands.</summary>
    public void Dispose()
    {
        foreach (var step in Steps.Where(s => s.Purpose is CardStepPurpose.Authenticate or CardStepPurpose.SetPassword))
        {
            if (MemoryMarshal.TryGetArray(step.Command.Data, out var data))
                CryptographicOperations.ZeroMemory(data);
        }
    }
}

/// <summary>
/// How to go on with a card after the contact was lost and found again, when it is not known whether the last command was carried out.
/// </summary>
/// <param name="Evidence">
/// Commands that, if all are answered as expected, prove that it was; empty when it may simply be repeated.
/// </param>
/// <param name="RestoreDone">What brings the card back to the state after the command: verify, select.</param>
/// <param name="RestoreNotDone">What brings the card back to the state before it.</param>
public sealed record ResumePlan(CardScript Evidence, CardScript RestoreDone, CardScript RestoreNotDone) : IDisposable
{
    /// <summary>Zeroes the passwords in the commands.</summary>
    public void Dispose()
    {
        Evidence.Dispose();
        RestoreDone.Dispose();
        RestoreNotDone.Dispose();
    }
}
