using PersoMesh.SmartCard;
using PersoMesh.SmartCard.Tlv;
using PersoMesh.VirtualCards.Sealing;

namespace PersoMesh.VirtualCards;

/// <summary>
/// An image on its way from who fills it to who draws its passwords: everything but the passwords, in clear. It travels sealed only.
/// </summary>
/// <remarks>BER-TLV: CB the identifier, then what the areas of a sealed image hold (docs/virtual-cards.md).</remarks>
public static class VirtualCardDraft
{
    /// <summary>The areas that a draft has.</summary>
    public const ImageAreas Areas = ImageAreas.Public | ImageAreas.Private | ImageAreas.Keys;

    static readonly BerTag Identifier = 0xCB;

    /// <summary>Encodes an image without its passwords.</summary>
    /// <param name="image">The image, with at least <see cref="Areas"/> open; stays the caller's.</param>
    /// <returns>A new array that the caller zeroes.</returns>
    public static byte[] Encode(VirtualCard image)
    {
        ArgumentNullException.ThrowIfNull(image);
        using var writer = new TlvWriter(1024);
        writer.Write(Identifier, Convert.FromHexString(image.Identifier));
        ImageCoding.WriteStructure(image, writer);
        foreach (var area in new[] { ImageAreas.Public, ImageAreas.Private, ImageAreas.Keys })
            ImageCoding.WriteContents(image, area, writer);
        return writer.ToArray();
    }

    /// <summary>Reads a draft and draws the card's passwords.</summary>
    /// <param name="draft">What <see cref="Encode"/> returned; stays the caller's.</param>
    /// <param name="random">Source of the passwords.</param>
    /// <returns>The image with all areas open; the caller disposes it.</returns>
    /// <exception cref="CardDataException">The bytes are no draft.</exception>
    public static VirtualCard Issue(ReadOnlyMemory<byte> draft, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var nodes = TlvNode.Parse(draft);
        var identifier = nodes.FirstOrDefault(node => node.Tag == Identifier)?.Value
            ?? throw new CardDataException("virtual card draft", 0, $"data object {Identifier} is missing");
        var (layout, profile) = ImageCoding.ReadStructure(nodes);
        var image = new VirtualCard(
            layout, profile, identifier.ToArray(), layout.Passwords.Select(slot => CardPassword.Generate(slot, random)));
        ImageCoding.ReadContents(nodes, image);
        return image;
    }
}
