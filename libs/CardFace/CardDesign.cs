using PersoMesh.CardFace.Designs;

namespace PersoMesh.CardFace;

/// <summary>A named background with the inks that are legible on it.</summary>
public abstract class CardDesign
{
    static readonly SortedDictionary<string, CardDesign> All =
        new(new CardDesign[] { new Aurora(), new Campus(), new Graphite(), new Midnight(), new Plain() }.ToDictionary(d => d.Name),
            StringComparer.Ordinal);

    private protected CardDesign()
    {
    }

    /// <summary>The names that <see cref="CardFaceDescription.Design"/> may have, in alphabetical order.</summary>
    public static IReadOnlyCollection<string> Names => All.Keys;

    /// <summary>The name used in a profile.</summary>
    public abstract string Name { get; }

    internal abstract string Ink { get; }

    internal abstract string Muted { get; }

    internal abstract string Accent { get; }

    /// <summary>Colour of the card's cut edge.</summary>
    internal abstract string Edge { get; }

    /// <summary>Foil on the tops of embossed characters: light, middle, dark.</summary>
    internal virtual (string Light, string Middle, string Dark) Tipping => ("#ffffff", "#d5dae2", "#949daa");

    /// <summary>The background is light, so relief shows by its shadows more than by its lights.</summary>
    internal virtual bool IsLight => false;

    /// <summary>Covers the whole front.</summary>
    internal abstract void WriteFront(SvgWriter svg);

    /// <summary>Covers the whole back, quieter than the front so that small print can be read on it.</summary>
    internal abstract void WriteBack(SvgWriter svg);

    /// <summary>The front under a veil.</summary>
    private protected void WriteVeiledFront(SvgWriter svg, string colour, double opacity)
    {
        WriteFront(svg);
        svg.Write($"""<rect width="85.6" height="53.98" fill="{colour}" fill-opacity="{opacity}"/>""");
    }

    internal static CardDesign Of(string name) => All.TryGetValue(name, out var design)
        ? design
        : throw new ArgumentException($"No card design of that name; there are {string.Join(", ", Names)}.", nameof(name));

    /// <summary>The colour of a tone for a text whose baseline is so many mm below the top edge.</summary>
    internal virtual string ColourOf(TextTone tone, double baseline, bool onFront) => tone switch
    {
        TextTone.Muted => Muted,
        TextTone.Accent => Accent,
        TextTone.Black => "#16181c",
        _ => Ink,
    };
}
