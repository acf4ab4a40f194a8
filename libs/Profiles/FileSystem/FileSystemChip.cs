using PersoMesh.Conversions;
using PersoMesh.SmartCard.FileSystem;
using PersoMesh.VirtualCards;
using PersoMesh.VirtualCards.Agents;
using PersoMesh.VirtualCards.Layout;
using PersoMesh.VirtualCards.Pkcs15;

namespace PersoMesh.Profiles;

/// <summary>What a file-system card gets: a tree of files, their contents, the passwords. docs/virtual-cards.md has the words.</summary>
/// <param name="Agent">What turns the card's image into commands.</param>
/// <param name="TransportPassword">The password of the blank card, as it is sent, 1 to 16 bytes.</param>
/// <param name="Layout">Files, access conditions and passwords; PKCS #15 files included.</param>
/// <param name="Contents">What goes into the files; those that are not named keep their fill byte.</param>
/// <param name="Pkcs15">The cryptographic information application; null for a card without one.</param>
/// <param name="PinMailer">The letter to the holder; null when the PIN reaches the holder another way.</param>
public sealed record FileSystemChip(
    CardAgentSettings Agent,
    ReadOnlyMemory<byte> TransportPassword,
    CardLayout Layout,
    IReadOnlyList<FileContent> Contents,
    Pkcs15Application? Pkcs15,
    PinLetter? PinMailer)
{
    /// <summary>All parts that the Security service makes.</summary>
    public IEnumerable<SecretPart> Secrets => Contents.SelectMany(content => content.Secret);

    /// <summary>Makes and fills the image of one card; its passwords and secrets are left to the Security service.</summary>
    /// <param name="profile">Name and version of the profile.</param>
    /// <param name="fields">Inputs and computed fields by name.</param>
    /// <param name="random">Source of the card's identifier.</param>
    /// <returns>The image without passwords, zeros where secrets go; the caller disposes it.</returns>
    /// <exception cref="RenderException">A field is missing or does not fit its file.</exception>
    public VirtualCard CreateDraft(string profile, IReadOnlyDictionary<string, string> fields, RandomSource random)
    {
        var image = VirtualCard.CreateDraft(Layout, profile, random);
        try
        {
            var objects = new Dictionary<ushort, ReadOnlyMemory<byte>>();
            foreach (var content in Contents)
            {
                var pieces = Render(content, fields);
                if (Pkcs15?.Objects.Any(item => Pkcs15Application.PathOf(item) == content.Path) == true)
                    objects.Add(content.Path.FileId, pieces[0]);
                else if (Layout.Files[content.Path] is ElementaryFile { Structure: FileStructure.Transparent })
                    image.Write(content.Path, pieces[0].Span);
                else
                    image.WriteRecords(content.Path, pieces);
            }

            Pkcs15?.Fill(image, objects);
            return image;
        }
        catch (VirtualCardContentException e)
        {
            image.Dispose();
            throw new RenderException($"file {e.Path}", $"it {e.Reason}.");
        }
        catch
        {
            image.Dispose();
            throw;
        }
    }

    static IReadOnlyList<ReadOnlyMemory<byte>> Render(FileContent content, IReadOnlyDictionary<string, string> fields) =>
        content.Secret.Count > 0
            ? [new byte[content.Secret.Sum(part => part.Length)]]
            : [.. content.Pieces.Select(piece => (ReadOnlyMemory<byte>)piece.Render(fields))];
}

/// <summary>What goes into one file: either clear pieces or a secret.</summary>
/// <param name="Path">The file.</param>
/// <param name="Pieces">One for a transparent file, else one for each record, number 1 first; empty for a secret.</param>
/// <param name="Secret">Parts of a transparent file's content that the Security service makes; empty for clear content.</param>
public sealed record FileContent(FilePath Path, IReadOnlyList<DataTemplate> Pieces, IReadOnlyList<SecretPart> Secret);

/// <summary>The letter that brings the PIN.</summary>
/// <param name="Password">Reference of the password that it tells.</param>
/// <param name="WithResettingCode">True when it tells the PUK, too.</param>
/// <param name="Sender">One line.</param>
/// <param name="Address">One to five lines; empty ones are left out.</param>
/// <param name="CardNumber">Gives the card number that no line may show; null when there is none to look for.</param>
public sealed record PinLetter(
    byte Password, bool WithResettingCode, string Sender, IReadOnlyList<Template> Address, Template? CardNumber);
