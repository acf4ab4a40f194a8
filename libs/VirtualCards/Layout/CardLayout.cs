using PersoMesh.SmartCard.FileSystem;

namespace PersoMesh.VirtualCards.Layout;

/// <summary>
/// The logical structure of a card: a tree of files with their sizes and access conditions, and its passwords. All cards of a profile
/// have the same layout; what differs is the content. Checked as a whole when it is made.
/// </summary>
public sealed class CardLayout
{
    const int MaxDepth = 8;
    const int MaxRecords = 254;

    readonly Dictionary<FilePath, CardFile> _files = [];

    /// <summary>Makes a layout.</summary>
    /// <param name="masterFile">The root; its identifier is 3F00.</param>
    /// <param name="passwords">The card's passwords.</param>
    /// <exception cref="CardLayoutException">A card could not be made like this; the message lists every mistake.</exception>
    public CardLayout(DedicatedFile masterFile, IReadOnlyList<PasswordSlot> passwords)
    {
        ArgumentNullException.ThrowIfNull(masterFile);
        ArgumentNullException.ThrowIfNull(passwords);
        (MasterFile, Passwords) = (masterFile, [.. passwords]);
        List<string> mistakes = [];
        CheckPasswords(mistakes);
        if (masterFile.FileId != FilePath.MasterFile.FileId)
            mistakes.Add($"the root has file identifier {masterFile.FileId:X4}; the master file has 3F00");
        Walk(masterFile, FilePath.MasterFile, 1, mistakes);
        if (mistakes.Count > 0)
            throw new CardLayoutException(mistakes);
    }

    /// <summary>The root of the tree.</summary>
    public DedicatedFile MasterFile { get; }

    /// <summary>The card's passwords.</summary>
    public IReadOnlyList<PasswordSlot> Passwords { get; }

    /// <summary>All files by their paths, from the top down in the order in which they are created.</summary>
    public IReadOnlyDictionary<FilePath, CardFile> Files => _files;

    /// <summary>The EFs by their paths, in the same order.</summary>
    public IEnumerable<KeyValuePair<FilePath, ElementaryFile>> ElementaryFiles
    {
        get
        {
            foreach (var (path, file) in _files)
            {
                if (file is ElementaryFile ef)
                    yield return new(path, ef);
            }
        }
    }

    void CheckPasswords(List<string> mistakes)
    {
        foreach (var slot in Passwords)
        {
            if (slot.Reference is < 1 or > 14)
                mistakes.Add($"password '{slot.Name}' has reference {slot.Reference}; 1 to 14 are possible");
            if (Passwords.Count(p => p.Reference == slot.Reference) > 1)
                mistakes.Add($"password '{slot.Name}': reference {slot.Reference} comes twice");
            if (slot.Rules.Fault is { } fault)
                mistakes.Add($"password '{slot.Name}' {fault}");
            if (slot.ResettingCode?.Fault is { } codeFault)
                mistakes.Add($"the resetting code of password '{slot.Name}' {codeFault}");
            if (slot.Coding.StoredLength != 0 && slot.Coding.StoredLength < slot.Rules.MaxLength)
                mistakes.Add($"password '{slot.Name}' may have {slot.Rules.MaxLength} digits, the card stores {slot.Coding.StoredLength}");
        }
    }

    void Walk(DedicatedFile df, FilePath path, int depth, List<string> mistakes)
    {
        _files[path] = df;
        if (df.DfName is { Length: < 1 or > 16 })
            mistakes.Add($"{path}: a DF name has 1 to 16 bytes");
        if (df.DfName is { } name
            && _files.Any(f => f.Key != path && f.Value is DedicatedFile { DfName: { } other } && other.Span.SequenceEqual(name.Span)))
        {
            mistakes.Add($"{path}: another DF has the same name");
        }

        CheckAccess(path, mistakes, df.Access.CreateFiles, df.Access.DeleteFiles);
        if (depth > MaxDepth)
        {
            mistakes.Add($"{path}: deeper than {MaxDepth} levels");
            return;
        }

        HashSet<byte> shortFileIds = [];
        foreach (var file in df.Files)
        {
            var child = path.Child(file.FileId);
            if (file.FileId is 0x0000 or 0x3F00 or 0x3FFF or 0xFFFF)
                mistakes.Add($"{child}: the file identifier is reserved (ISO/IEC 7816-4 §5.3.1.1)");
            if (_files.ContainsKey(child) || file.FileId == df.FileId)
                mistakes.Add($"{child}: the file identifier comes twice");
            if (file is DedicatedFile childDf)
            {
                Walk(childDf, child, depth + 1, mistakes);
            }
            else if (file is ElementaryFile ef)
            {
                _files[child] = ef;
                if (ef.ShortFileId > 30 || (ef.ShortFileId != 0 && !shortFileIds.Add(ef.ShortFileId)))
                    mistakes.Add($"{child}: short EF identifier {ef.ShortFileId} comes twice or is not 1 to 30");
                CheckAccess(child, mistakes, ef.Access.Read, ef.Access.Update, ef.Access.Append);
                if (SizeFault(ef) is { } fault)
                    mistakes.Add($"{child}: {fault}");
            }
        }
    }

    void CheckAccess(FilePath path, List<string> mistakes, params ReadOnlySpan<AccessRequirement> requirements)
    {
        foreach (var requirement in requirements)
        {
            if (requirement.Password is { } reference && Passwords.All(p => p.Reference != reference))
                mistakes.Add($"{path}: the access conditions name password {reference}, which the card does not have");
        }
    }

    static string? SizeFault(ElementaryFile ef) => ef switch
    {
        { Area: not (ImageAreas.Identifier or ImageAreas.Public or ImageAreas.Private or ImageAreas.Keys) } =>
            "its area must be Public, Private, Keys or Identifier",
        { Area: ImageAreas.Identifier } and not { Structure: FileStructure.Transparent, Size: >= VirtualCard.IdentifierLength } =>
            $"a file for the identifier is transparent and has at least {VirtualCard.IdentifierLength} bytes",
        { Structure: FileStructure.Transparent } => ef.Size is >= 1 and <= 0xFFFF ? null : "a transparent EF has 1 to 65,535 bytes",
        { RecordCount: < 1 or > MaxRecords } => $"an EF has 1 to {MaxRecords} records",
        { RecordLength: < 1 or > 0xFFFF } => "a record has 1 to 65,535 bytes",
        { Size: < 1 or > 0xFFFF } => "an EF has 1 to 65,535 bytes",
        { Structure: FileStructure.LinearVariable } => null,
        { Structure: FileStructure.LinearFixed or FileStructure.Cyclic } =>
            ef.Size == ef.RecordLength * ef.RecordCount ? null : "the size is not that of all records",
        _ => "only transparent, linear fixed, linear variable and cyclic EFs are known",
    };
}

/// <summary>No card could be made with this layout.</summary>
public sealed class CardLayoutException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="mistakes">What is wrong, each with its place.</param>
    public CardLayoutException(IReadOnlyList<string> mistakes)
        : base("The card layout has mistakes: " + string.Join("; ", mistakes) + ".") => Mistakes = mistakes;

    /// <summary>What is wrong, each with its place.</summary>
    public IReadOnlyList<string> Mistakes { get; }
}
