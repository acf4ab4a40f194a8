using System.CommandLine;

namespace PersoMesh.Perso.VirtualCards;

/// <summary><c>perso vsc</c>: virtual smart cards, the images of file-system cards.</summary>
static class VscCommand
{
    public static Command Create() => new("vsc", """
        Make, look into and compare virtual smart cards: the sealed images that file-system cards are made from.

        An image opens with its own password, or with the key that it was sealed under (--keys; the demonstration's by default).
        docs/virtual-cards.md explains images, areas and access conditions.
        """)
    {
        VscCreateCommand.Create(), VscShowCommand.Create(), VscOpenCommand.Create(), VscDiffCommand.Create(), VscVerifyCommand.Create(),
    };
}
