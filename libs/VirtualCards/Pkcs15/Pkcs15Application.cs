using PersoMesh.SmartCard.Tlv;
using PersoMesh.VirtualCards.Layout;

namespace PersoMesh.VirtualCards.Pkcs15;

/// <summary>
/// A cryptographic information application (ISO/IEC 7816-15, PKCS #15 v1.1) as part of a card's layout: EF.DIR, and DF 5015 with EF.ODF,
/// EF.TokenInfo (which ISO calls EF.CIAInfo), one directory file for each kind of object, and the objects' own files.
/// </summary>
/// <remarks>
/// Made once for a profile; <see cref="Files"/> go into the layout, <see cref="Fill"/> writes what is one card's. Directory files are as
/// long as the longest objects need; what is left of them is zeros, which readers take for the end. Objects are written with their exact
/// lengths. Directory files say what there is to anybody: keep the holder's data out of labels.
/// </remarks>
public sealed class Pkcs15Application
{
    /// <summary>The AID of PKCS #15: RID of RSA Security, "PKCS-15".</summary>
    public static readonly ReadOnlyMemory<byte> Aid = Convert.FromHexString("A000000063504B43532D3135");

    /// <summary>EF.DIR.</summary>
    public const ushort DirectoryFileId = 0x2F00;

    /// <summary>The application's DF.</summary>
    public const ushort ApplicationFileId = 0x5015;

    const ushort ObjectDirectoryFileId = 0x5031;
    const ushort TokenInfoFileId = 0x5032;
    const ushort FirstDirectoryFileId = 0x4401;
    const byte DirectoryShortFileId = 30;

    static readonly FilePath ApplicationPath = FilePath.MasterFile.Child(ApplicationFileId);

    readonly IReadOnlyList<PasswordSlot> _passwords;
    readonly byte _resettingCodeOffset;

    /// <summary>Makes an application.</summary>
    /// <param name="label">What programs call the card.</param>
    /// <param name="manufacturer">Who issues it.</param>
    /// <param name="passwords">The card's passwords; the layout gets the same ones.</param>
    /// <param name="objects">Keys, certificates and data, with file identifiers other than 44xx and 503x.</param>
    /// <param name="resettingCodeOffset">What the card adds to a password's reference to name its resetting code.</param>
    public Pkcs15Application(
        string label,
        string manufacturer,
        IReadOnlyList<PasswordSlot> passwords,
        IReadOnlyList<Pkcs15Object> objects,
        byte resettingCodeOffset = 0x10)
    {
        (Label, Manufacturer, Objects) = (label, manufacturer, [.. objects]);
        (_passwords, _resettingCodeOffset) = ([.. passwords], resettingCodeOffset);
        Files = MakeFiles();
    }

    /// <summary>What programs call the card.</summary>
    public string Label { get; }

    /// <summary>Who issues it.</summary>
    public string Manufacturer { get; }

    /// <summary>Keys, certificates and data.</summary>
    public IReadOnlyList<Pkcs15Object> Objects { get; }

    /// <summary>EF.DIR and the application's DF: children of the master file.</summary>
    public IReadOnlyList<CardFile> Files { get; }

    /// <summary>Where an object's file lies.</summary>
    public static FilePath PathOf(Pkcs15Object item)
    {
        ArgumentNullException.ThrowIfNull(item);
        return ApplicationPath.Child(item.FileId);
    }

    /// <summary>Writes one card's application into its image.</summary>
    /// <param name="image">The image, of a layout with <see cref="Files"/> in it.</param>
    /// <param name="contents">The content of each object, by its file identifier; copied.</param>
    /// <exception cref="VirtualCardContentException">An object has no content, or more than its file takes.</exception>
    public void Fill(VirtualCard image, IReadOnlyDictionary<ushort, ReadOnlyMemory<byte>> contents)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(contents);
        foreach (var item in Objects)
        {
            var path = PathOf(item);
            if (!contents.TryGetValue(item.FileId, out var content) || content.IsEmpty)
                throw new VirtualCardContentException(path, $"('{item.Label}') has no content");
            image.Write(path, content.Span);
        }

        image.WriteRecords(FilePath.MasterFile.Child(DirectoryFileId), [DirectoryRecord()]);
        image.Write(ApplicationPath.Child(ObjectDirectoryFileId), Pkcs15Encoder.ObjectDirectory(Directories()));
        var serialNumber = Convert.FromHexString(image.Identifier);
        image.Write(ApplicationPath.Child(TokenInfoFileId), Pkcs15Encoder.TokenInfo(Label, Manufacturer, serialNumber));
        foreach (var directory in Directories())
            image.Write(ApplicationPath.Child(directory.FileId), Encode(directory, item => contents[item.FileId].Length));
    }

    List<CardFile> MakeFiles()
    {
        var dir = DirectoryRecord();
        var tokenInfo = Pkcs15Encoder.TokenInfo(Label, Manufacturer, new byte[VirtualCard.IdentifierLength]);
        var objectDirectory = Pkcs15Encoder.ObjectDirectory(Directories());
        return
        [
            ElementaryFile.LinearFixed(DirectoryFileId, dir.Length, 1) with { Name = "EF.DIR", ShortFileId = DirectoryShortFileId },
            new DedicatedFile(ApplicationFileId)
            {
                Name = "DF.CIA",
                DfName = Aid,
                Files =
                [
                    ElementaryFile.Transparent(ObjectDirectoryFileId, objectDirectory.Length) with { Name = "EF.OD" },
                    ElementaryFile.Transparent(TokenInfoFileId, tokenInfo.Length) with { Name = "EF.CIAInfo" },
                    .. Directories().Select(FileOf),
                    .. Objects.Select(FileOf),
                ],
            },
        ];
    }

    // Only kinds that the card has get a directory. The numbers are the tags of EF.OD.
    IEnumerable<Pkcs15Directory> Directories()
    {
        (int Kind, string Name, IEnumerable<Pkcs15Object> Objects)[] kinds =
        [
            (0, "EF.PrKD", Objects.OfType<Pkcs15PrivateKey>()),
            (1, "EF.PuKD", Objects.OfType<Pkcs15PublicKey>()),
            (4, "EF.CD", Objects.OfType<Pkcs15Certificate>()),
            (7, "EF.DCOD", Objects.OfType<Pkcs15Data>()),
        ];
        yield return new(8, FirstDirectoryFileId, "EF.AOD", []);
        var fileId = FirstDirectoryFileId;
        foreach (var (kind, name, objects) in kinds)
        {
            fileId++;
            if (objects.Any())
                yield return new(kind, fileId, name, [.. objects]);
        }
    }

    byte[] Encode(Pkcs15Directory directory, Func<Pkcs15Object, int> lengthOf) => directory.Objects.Count == 0
        ? [.. _passwords.SelectMany(slot => Pkcs15Encoder.AuthenticationObjects(slot, _resettingCodeOffset))]
        : [.. directory.Objects.SelectMany(item => Pkcs15Encoder.Object(item, lengthOf(item)))];

    ElementaryFile FileOf(Pkcs15Directory directory) =>
        ElementaryFile.Transparent(directory.FileId, Encode(directory, item => item.Size).Length) with { Name = directory.Name };

    static ElementaryFile FileOf(Pkcs15Object item)
    {
        var ef = ElementaryFile.Transparent(item.FileId, item.Size) with { Name = item.Label };
        return item switch
        {
            Pkcs15PrivateKey => ef with { Area = ImageAreas.Keys, Access = EfAccess.None },
            Pkcs15Data { Password: { } password } => ef with
            {
                Area = ImageAreas.Private,
                Access = EfAccess.ReadOnly with { Read = AccessRequirement.AfterPassword(password) },
            },
            _ => ef,
        };
    }

    // ISO/IEC 7816-4 §8.2.1.1: application template with identifier, label and path.
    byte[] DirectoryRecord()
    {
        using var writer = new TlvWriter();
        return writer.Begin(0x61)
            .Write(0x4F, Aid.Span)
            .Write(0x50, System.Text.Encoding.UTF8.GetBytes(Label))
            .Write(0x51, [0x3F, 0x00, ApplicationFileId >> 8, ApplicationFileId & 0xFF])
            .End().ToArray();
    }
}

/// <summary>A directory file of one kind of objects; the one of authentication objects lists none, for passwords have no files.</summary>
/// <param name="Kind">Context tag in EF.OD.</param>
/// <param name="FileId">File identifier.</param>
/// <param name="Name">The name that the standard gives it.</param>
/// <param name="Objects">What it lists.</param>
sealed record Pkcs15Directory(int Kind, ushort FileId, string Name, IReadOnlyList<Pkcs15Object> Objects);
