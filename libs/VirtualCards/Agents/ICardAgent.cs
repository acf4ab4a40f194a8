namespace PersoMesh.VirtualCards.Agents;

/// <summary>
/// Turns images into the commands of one card operating system. Another system's agent is another implementation; it sends nothing
/// itself, so it needs no reader to be tested.
/// </summary>
/// <remarks>The same image and transport password always give the same script: it is made again rather than kept. Thread-safe.</remarks>
public interface ICardAgent
{
    /// <summary>What an operator would call it.</summary>
    string Name { get; }

    /// <summary>The commands that make the image's card of a blank one.</summary>
    /// <param name="image">The image, with all areas open.</param>
    /// <param name="transportPassword">The password of the blank card, as it is sent; not kept.</param>
    /// <exception cref="CardAgentException">The image has something that this agent's cards cannot take.</exception>
    CardScript Personalize(VirtualCard image, ReadOnlySpan<byte> transportPassword);

    /// <summary>How to go on with the script of <see cref="Personalize"/> on a card that was reset in the middle of it.</summary>
    /// <param name="image">The image, with all areas open.</param>
    /// <param name="transportPassword">The password of the blank card, as it is sent; not kept.</param>
    /// <param name="index">Index of the command whose answer was lost.</param>
    /// <exception cref="CardAgentException">The image has something that this agent's cards cannot take.</exception>
    ResumePlan Resume(VirtualCard image, ReadOnlySpan<byte> transportPassword, int index);

    /// <summary>
    /// The commands that read everything back that the access conditions of a personalized card allow, each with what must come. What
    /// anybody may read comes first; then each password is verified, and what it opens is read.
    /// </summary>
    /// <param name="image">The image, with all areas open.</param>
    /// <exception cref="CardAgentException">The image has something that this agent's cards cannot take.</exception>
    CardScript ReadBack(VirtualCard image);
}

/// <summary>An image that an agent's cards cannot take. Names the file and the limit.</summary>
/// <param name="message">A sentence.</param>
public sealed class CardAgentException(string message) : Exception(message);
