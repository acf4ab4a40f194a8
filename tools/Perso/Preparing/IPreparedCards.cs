using PersoMesh.PreparedJobs;

namespace PersoMesh.Perso.Preparing;

/// <summary>Where prepared cards go.</summary>
interface IPreparedCards
{
    /// <summary>Says, before a card is prepared, why it cannot go there; null when it can. Called in the order of the input.</summary>
    CardFault? Refuse(string cardObjectId);

    /// <summary>Takes a card, in the order of the input.</summary>
    void Write(PreparedCard card);
}

/// <summary>Why a card is not prepared.</summary>
/// <param name="Where">The application, or null when it is the card as a whole.</param>
/// <param name="Reason">What is wrong and what to do.</param>
sealed record CardFault(string? Where, string Reason);
