using System.Security.Cryptography;
using PersoMesh.SmartCard.FileSystem;
using PersoMesh.VirtualCards.Layout;

namespace PersoMesh.VirtualCards;

/// <summary>
/// A virtual smart card: the image of one real card, with the same files, that is filled at the issuer and copied onto the real card by an
/// agent. It holds secrets in clear: keep it short, dispose it. At rest it is sealed (<see cref="Sealing.SealedVirtualCard"/>).
/// </summary>
/// <remarks>
/// Every byte of every file is defined from the beginning: transparent files, linear fixed and cyclic records are filled up with the file's
/// fill byte; linear variable files have no records until they are written. Not thread-safe.
/// </remarks>
public sealed class VirtualCard : IDisposable
{
    /// <summary>Length of the unique identifier in bytes.</summary>
    public const int IdentifierLength = 16;

    readonly Dictionary<FilePath, List<byte[]>> _contents = [];
    readonly List<CardPassword> _passwords;

    internal VirtualCard(
        CardLayout layout, string profile, byte[] identifier, IEnumerable<CardPassword> passwords, ImageAreas openAreas = ImageAreas.All)
    {
        (Layout, Profile, Identifier, OpenAreas, _passwords) =
            (layout, profile, Convert.ToHexString(identifier), openAreas, [.. passwords]);
        foreach (var (path, ef) in layout.ElementaryFiles)
        {
            if (IsOpen(ef.Area))
                _contents[path] = Blank(ef, identifier);
        }
    }

    /// <summary>The structure of the card.</summary>
    public CardLayout Layout { get; }

    /// <summary>Name and version of the profile that the layout comes from.</summary>
    public string Profile { get; }

    /// <summary>The unique identifier of the image: 32 hexadecimal digits. Names no person and no card number.</summary>
    public string Identifier { get; }

    /// <summary>The areas whose content is here; the others are still sealed.</summary>
    public ImageAreas OpenAreas { get; }

    /// <summary>The card's passwords.</summary>
    /// <exception cref="InvalidOperationException">The area of the passwords was not opened.</exception>
    public IReadOnlyList<CardPassword> Passwords => IsOpen(ImageAreas.Passwords)
        ? _passwords
        : throw new InvalidOperationException("The passwords of this image were not opened.");

    /// <summary>Makes the image of a new card, with an identifier and passwords of its own.</summary>
    /// <param name="layout">The structure.</param>
    /// <param name="profile">Name and version of the profile, at most 255 bytes in UTF-8.</param>
    /// <param name="random">Source of the identifier and the passwords.</param>
    public static VirtualCard Create(CardLayout layout, string profile, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentNullException.ThrowIfNull(random);
        var identifier = new byte[IdentifierLength];
        random(identifier);
        return new(layout, profile, identifier, layout.Passwords.Select(slot => CardPassword.Generate(slot, random)));
    }

    /// <summary>
    /// Makes the image of a new card without its passwords, for who fills it and must not know them: <see cref="VirtualCardDraft"/> hands it on.
    /// </summary>
    /// <param name="layout">The structure.</param>
    /// <param name="profile">Name and version of the profile, at most 255 bytes in UTF-8.</param>
    /// <param name="random">Source of the identifier.</param>
    public static VirtualCard CreateDraft(CardLayout layout, string profile, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentNullException.ThrowIfNull(random);
        var identifier = new byte[IdentifierLength];
        random(identifier);
        return new(layout, profile, identifier, [], VirtualCardDraft.Areas);
    }

    /// <summary>Whether the content of an area is here.</summary>
    public bool IsOpen(ImageAreas area) => (OpenAreas & area) == area;

    /// <summary>A password by its reference.</summary>
    /// <exception cref="InvalidOperationException">The area was not opened, or the card has no such password.</exception>
    public CardPassword Password(byte reference) => Passwords.FirstOrDefault(p => p.Slot.Reference == reference)
        ?? throw new InvalidOperationException($"The card has no password {reference}.");

    /// <summary>
    /// Zeroes and forgets all passwords, for an image that is kept when the card is made: it still proves what lies in the files, and holds no PIN.
    /// </summary>
    public void ForgetPasswords()
    {
        foreach (var password in _passwords)
            password.ClearAll();
        _passwords.Clear();
    }

    /// <summary>Gives a password that was forgotten, as its holder says it, so that a card can be compared with the image.</summary>
    /// <param name="reference">Its reference.</param>
    /// <param name="digits">ASCII digits; copied.</param>
    /// <returns>Why it cannot be the card's, or null.</returns>
    /// <exception cref="InvalidOperationException">The card has no such password, or it was not forgotten.</exception>
    public PasswordFault? RecallPassword(byte reference, ReadOnlySpan<byte> digits)
    {
        var slot = Layout.Passwords.FirstOrDefault(p => p.Reference == reference);
        if (slot is null || !IsOpen(ImageAreas.Passwords) || _passwords.Exists(p => p.Slot == slot))
            throw new InvalidOperationException($"The card has no password {reference}, or it is here.");
        if (slot.Rules.Check(digits) is { } fault)
            return fault;
        _passwords.Add(new(slot, digits.ToArray(), resettingCode: null));
        return null;
    }

    /// <summary>Writes a transparent file; the rest of it is filled up.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">At most as long as the file; copied.</param>
    /// <exception cref="VirtualCardContentException">No such transparent file, one for the identifier, or too long a content.</exception>
    /// <exception cref="InvalidOperationException">The file's area was not opened.</exception>
    public void Write(FilePath path, ReadOnlySpan<byte> content)
    {
        var ef = Writable(path);
        if (ef.Structure != FileStructure.Transparent)
            throw new VirtualCardContentException(path, "consists of records");
        if (content.Length > ef.Size)
            throw new VirtualCardContentException(path, $"has {ef.Size} bytes, the content {content.Length}");
        Replace(path, [Padded(content, ef.Size, ef.Fill)]);
    }

    /// <summary>Writes all records of a file; short and missing ones are filled up, except those of a linear variable file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="records">Record number 1 first; in a cyclic file that is the newest. Copied.</param>
    /// <exception cref="VirtualCardContentException">
    /// No such file with records, a record is too long, empty in a linear variable file, or there are too many.
    /// </exception>
    /// <exception cref="InvalidOperationException">The file's area was not opened.</exception>
    public void WriteRecords(FilePath path, IReadOnlyList<ReadOnlyMemory<byte>> records)
    {
        ArgumentNullException.ThrowIfNull(records);
        var ef = Writable(path);
        if (ef.Structure == FileStructure.Transparent)
            throw new VirtualCardContentException(path, "has no records");
        if (records.Count > ef.RecordCount)
            throw new VirtualCardContentException(path, $"has {ef.RecordCount} records, the content {records.Count}");
        var isVariable = ef.Structure == FileStructure.LinearVariable;
        for (var i = 0; i < records.Count; i++)
        {
            if (records[i].Length > ef.RecordLength || (isVariable && records[i].IsEmpty))
            {
                throw new VirtualCardContentException(
                    path, $"has records of 1 to {ef.RecordLength} bytes, record {i + 1} has {records[i].Length}");
            }
        }

        if (isVariable && records.Sum(r => r.Length) is var total && total > ef.Size)
            throw new VirtualCardContentException(path, $"has room for {ef.Size} bytes, the records have {total}");
        List<byte[]> content = [.. records.Select(r => isVariable ? r.ToArray() : Padded(r.Span, ef.RecordLength, ef.Fill))];
        if (!isVariable)
            content.AddRange(FilledRecords(ef, ef.RecordCount - records.Count));
        Replace(path, content);
    }

    /// <summary>The content of a file: one piece if transparent, else its records, number 1 first. Views that the image owns.</summary>
    /// <exception cref="InvalidOperationException">There is no such file, or its area was not opened.</exception>
    public IReadOnlyList<ReadOnlyMemory<byte>> Read(FilePath path) =>
        _contents.TryGetValue(path, out var content)
            ? [.. content.Select(c => (ReadOnlyMemory<byte>)c)]
            : throw new InvalidOperationException($"{path} is no EF of this image, or its area was not opened.");

    /// <summary>Zeroes passwords and contents.</summary>
    public void Dispose()
    {
        foreach (var piece in _contents.Values.SelectMany(c => c))
            CryptographicOperations.ZeroMemory(piece);
        foreach (var password in _passwords)
            password.ClearAll();
    }

    /// <summary>Identifier and profile only.</summary>
    public override string ToString() => $"virtual card {Identifier} ({Profile})";

    /// <summary>Takes contents as they are: for an image that was checked when it was sealed.</summary>
    internal void Restore(FilePath path, List<byte[]> content)
    {
        if (!_contents.ContainsKey(path))
            throw new VirtualCardContentException(path, "is not in the layout");
        Replace(path, content);
    }

    ElementaryFile Writable(FilePath path)
    {
        if (!Layout.Files.TryGetValue(path, out var file) || file is not ElementaryFile ef)
            throw new VirtualCardContentException(path, "is no EF of this card");
        if (ef.Area == ImageAreas.Identifier)
            throw new VirtualCardContentException(path, "holds the identifier and is not written");
        if (!IsOpen(ef.Area))
            throw new InvalidOperationException($"{path}: its area was not opened.");
        return ef;
    }

    void Replace(FilePath path, List<byte[]> content)
    {
        foreach (var old in _contents[path])
            CryptographicOperations.ZeroMemory(old);
        _contents[path] = content;
    }

    static List<byte[]> Blank(ElementaryFile ef, ReadOnlySpan<byte> identifier) => ef switch
    {
        { Area: ImageAreas.Identifier } => [Padded(identifier, ef.Size, ef.Fill)],
        { Structure: FileStructure.Transparent } => [Padded([], ef.Size, ef.Fill)],
        { Structure: FileStructure.LinearVariable } => [],
        _ => [.. FilledRecords(ef, ef.RecordCount)],
    };

    static IEnumerable<byte[]> FilledRecords(ElementaryFile ef, int count) =>
        Enumerable.Range(0, count).Select(_ => Padded([], ef.RecordLength, ef.Fill));

    static byte[] Padded(ReadOnlySpan<byte> content, int length, byte fill)
    {
        var padded = new byte[length];
        content.CopyTo(padded);
        padded.AsSpan(content.Length).Fill(fill);
        return padded;
    }
}

/// <summary>Content that does not fit its file. Says which file and why, nothing of the content.</summary>
/// <param name="path">The file.</param>
/// <param name="reason">What is wrong, as the end of a sentence that begins with the file.</param>
public sealed class VirtualCardContentException(FilePath path, string reason) : Exception($"File {path} {reason}.")
{
    /// <summary>The file.</summary>
    public FilePath Path { get; } = path;

    /// <summary>What is wrong, as the end of a sentence that begins with the file.</summary>
    public string Reason { get; } = reason;
}
