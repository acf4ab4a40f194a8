using System.Security.Cryptography;
using PersoMesh.Contracts.Preparation;
using PersoMesh.Keys;
using PersoMesh.Security.Preparation;
using PersoMesh.VirtualCards;
using PersoMesh.VirtualCards.Agents;
using PersoMesh.VirtualCards.Layout;
using PersoMesh.VirtualCards.Sealing;

namespace PersoMesh.Security.VirtualCards;

/// <summary>Makes the image of a file-system card complete: draws its passwords, makes its secrets, seals it.</summary>
public static class VirtualCardIssuing
{
    /// <summary>Label of the AES key that images are sealed under.</summary>
    public const string KeyLabel = "PERSOMESH-VIRTUAL-CARDS";

    /// <summary>Draws passwords and makes secrets.</summary>
    /// <param name="session">A session with the security module.</param>
    /// <param name="script">A script with the draft of an image.</param>
    /// <returns>The whole image; the caller disposes it.</returns>
    /// <exception cref="SecretRefusedException">A secret cannot be made of what the card object brings.</exception>
    /// <exception cref="KeyNotFoundInModuleException">A key is missing.</exception>
    public static VirtualCard Issue(ISecuritySession session, PersonalizationScript script)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(script);
        var card = script.VirtualCard ?? throw new ArgumentException("The script is not that of a file-system card.", nameof(script));
        var image = VirtualCardDraft.Issue(card.Draft, session.GenerateRandom);
        try
        {
            foreach (var file in card.Secrets)
            {
                var value = SecretComputer.Compute(session, script.Secrets[file.Secret]);
                image.Write(FilePath.Parse(file.Path), value);
                CryptographicOperations.ZeroMemory(value);
            }

            return image;
        }
        catch
        {
            image.Dispose();
            throw;
        }
    }

    /// <summary>Seals an image under the security module's key. Its own password is drawn and forgotten: nobody but Security opens it.</summary>
    /// <param name="session">A session with the security module.</param>
    /// <param name="image">The image; stays the caller's.</param>
    public static SealedVirtualCard Seal(ISecuritySession session, VirtualCard image)
    {
        ArgumentNullException.ThrowIfNull(session);
        var password = ImagePassword.Generate(session.GenerateRandom);
        try
        {
            using var key = session.GetKey(KeyLabel);
            // 100 random bits that nobody keeps need no slow derivation on top.
            return SealedVirtualCard.Seal(image, password, key, KeyLabel, SealedVirtualCard.MinIterations);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(password);
        }
    }

    /// <summary>Opens what <see cref="Seal"/> sealed.</summary>
    /// <exception cref="SealedImageException">Another key, or changed bytes.</exception>
    internal static VirtualCard Open(ISecuritySession session, VirtualCardData card)
    {
        var sealedImage = SealedVirtualCard.Read(card.SealedImage);
        using var key = session.GetKey(sealedImage.KeyLabel);
        return sealedImage.Open(key);
    }

    /// <summary>The agent of a card product.</summary>
    /// <exception cref="CardAgentException">There is no such agent.</exception>
    public static ICardAgent CreateAgent(CardAgentData agent)
    {
        ArgumentNullException.ThrowIfNull(agent);
        return new CardAgentSettings(agent.Name, new()
        {
            MaxCommandData = agent.MaxCommandData,
            MaxResponseData = agent.MaxResponseData,
            RecordsExistAtCreation = agent.RecordsExistAtCreation,
            TransportReference = agent.TransportReference,
            ResettingCodeOffset = agent.ResettingCodeOffset,
        }).CreateAgent();
    }
}
