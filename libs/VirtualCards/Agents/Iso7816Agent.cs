using System.Security.Cryptography;
using PersoMesh.SmartCard;
using PersoMesh.SmartCard.Commands;
using PersoMesh.SmartCard.FileSystem;
using PersoMesh.VirtualCards.Layout;

namespace PersoMesh.VirtualCards.Agents;

/// <summary>
/// The agent for cards that do what ISO/IEC 7816-4 and -9 say: CREATE FILE with file control parameters, UPDATE BINARY, UPDATE RECORD or
/// APPEND RECORD, CHANGE REFERENCE DATA, ACTIVATE FILE. Password n of the layout is reference n on the card, and security environment n
/// in access conditions.
/// </summary>
/// <remarks>
/// Order: see that the card is blank and has tries to spare; verify the transport password; make and fill the files; set the passwords,
/// the one that was the transport password last; activate the files, the master file last. So the card's own password goes only onto a
/// card that took everything else, and nothing can be read from a card that was pulled out before.
/// </remarks>
public sealed class Iso7816Agent : ICardAgent
{
    /// <summary>The fewest tries that a password must have left before one is spent on it: the last one is the holder's.</summary>
    internal const int TriesToSpare = 2;

    static readonly ushort[] EnoughTries =
        [StatusWords.Success, .. Enumerable.Range(TriesToSpare, 16 - TriesToSpare).Select(tries => (ushort)(0x63C0 | tries))];

    static readonly LifeCycleStatus[] Blank = [LifeCycleStatus.Creation, LifeCycleStatus.Initialisation];

    readonly Iso7816Dialect _dialect;

    /// <summary>Makes an agent.</summary>
    /// <param name="dialect">What the card product decides.</param>
    /// <exception cref="ArgumentException">A limit is not that of short APDUs.</exception>
    public Iso7816Agent(Iso7816Dialect dialect)
    {
        ArgumentNullException.ThrowIfNull(dialect);
        if (dialect.MaxCommandData is < 1 or > 255 || dialect.MaxResponseData is < 1 or > 256)
            throw new ArgumentException("Commands take 1 to 255 bytes and responses 1 to 256.", nameof(dialect));
        _dialect = dialect;
    }

    /// <inheritdoc />
    public string Name => "ISO/IEC 7816-4/-9";

    /// <inheritdoc />
    public CardScript Personalize(VirtualCard image, ReadOnlySpan<byte> transportPassword) =>
        new(Build(image, transportPassword.ToArray()).Steps);

    /// <inheritdoc />
    public ResumePlan Resume(VirtualCard image, ReadOnlySpan<byte> transportPassword, int index)
    {
        var transport = transportPassword.ToArray();
        var builder = Build(image, transport);
        using var script = new CardScript(builder.Steps);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, script.Steps.Count);
        return new(
            new([.. builder.EvidenceFor(index)]),
            new([.. Restore(image, transport, builder.ContextBefore(index + 1))]),
            new([.. Restore(image, transport, builder.ContextBefore(index))]));
    }

    /// <inheritdoc />
    public CardScript ReadBack(VirtualCard image) => new(new ReadBackPlan(_dialect, RequireOpen(image)).Steps());

    ScriptBuilder Build(VirtualCard image, byte[] transport)
    {
        RequireOpen(image);
        var script = new ScriptBuilder();
        var master = FilePath.MasterFile;
        script.Add(
            new(CardStepPurpose.Check, SelectCommands.MasterFile(SelectReturn.Fcp), master) { ExpectedLifeCycles = Blank },
            new CardContext(CardAuthority.None, master, master));
        script.Add(Tries(_dialect.TransportReference));
        script.Add(Verify(_dialect.TransportReference, transport), script.Context with { Authority = CardAuthority.Transport });
        CreateFiles(script, image, image.Layout.MasterFile, master, transport);
        SetPasswords(script, image, transport);
        ActivateFiles(script, image.Layout.MasterFile, master);
        script.Select(master, isDf: true);
        Activate(script, master, FileManagementCommands.ActivateFile());
        return script;
    }

    void CreateFiles(ScriptBuilder script, VirtualCard image, DedicatedFile df, FilePath path, byte[] transport)
    {
        foreach (var file in df.Files)
        {
            GoTo(script, path);
            var child = path.Child(file.FileId);
            var created = script.Context with { Selected = child, SelectedDf = file is DedicatedFile ? child : path };
            script.Add(
                new(CardStepPurpose.Create, FileManagementCommands.CreateFile(Parameters(file)), child),
                created,
                () => ScriptBuilder.SelectSteps(child));
            if (file is DedicatedFile childDf)
                CreateFiles(script, image, childDf, child, transport);
            else if (file is ElementaryFile ef)
                new FileFiller(_dialect, script, context => Restore(image, transport, context)).Fill(child, ef, image.Read(child));
        }
    }

    void SetPasswords(ScriptBuilder script, VirtualCard image, byte[] transport)
    {
        var own = image.Passwords.FirstOrDefault(p => p.Slot.Reference == _dialect.TransportReference) ?? throw new CardAgentException(
            $"The card has no password {_dialect.TransportReference}: the transport password would stay in force. Add one to the layout.");
        foreach (var password in image.Passwords)
        {
            var reference = password.Slot.Reference;
            if (!password.ResettingCode.IsEmpty)
                script.Add(SetPassword(ReferenceDataCommands.Set((byte)(reference + _dialect.ResettingCodeOffset), password.ResettingCode.ToArray())));
            if (password != own)
                script.Add(SetPassword(ReferenceDataCommands.Set(reference, password.Encode())));
        }

        var encoded = own.Encode();
        script.Add(
            SetPassword(ReferenceDataCommands.Change(_dialect.TransportReference, transport, encoded)),
            script.Context with { Authority = CardAuthority.Own },
            () => [Tries(_dialect.TransportReference), Verify(_dialect.TransportReference, own.Encode())]);
        CryptographicOperations.ZeroMemory(encoded);
    }

    static void ActivateFiles(ScriptBuilder script, DedicatedFile df, FilePath path)
    {
        foreach (var child in df.Files.OfType<DedicatedFile>())
            ActivateFiles(script, child, path.Child(child.FileId));
        foreach (var file in df.Files)
        {
            GoTo(script, path);
            Activate(script, path.Child(file.FileId), FileManagementCommands.ActivateFile(file.FileId));
        }
    }

    // Once activated, a file may refuse to be activated again: its state tells.
    static void Activate(ScriptBuilder script, FilePath path, CommandApdu command) => script.Add(
        new(CardStepPurpose.Activate, command, path),
        evidence: () => ScriptBuilder.SelectSteps(path, step => step with { ExpectedLifeCycles = ReadBackPlan.Activated }));

    static void GoTo(ScriptBuilder script, FilePath df)
    {
        if (script.Context.SelectedDf != df)
            script.Select(df, isDf: true);
    }

    IEnumerable<CardStep> Restore(VirtualCard image, byte[] transport, CardContext context)
    {
        if (context.Authority != CardAuthority.None)
        {
            yield return Tries(_dialect.TransportReference);
            yield return Verify(
                _dialect.TransportReference,
                context.Authority == CardAuthority.Transport ? [.. transport] : image.Password(_dialect.TransportReference).Encode());
        }

        foreach (var step in context.Selected is { } path ? ScriptBuilder.SelectSteps(path) : [])
            yield return step;
    }

    FileControlParameters Parameters(CardFile file) => FileParameters.Encode(file) with
    {
        Template = _dialect.CreateTemplate,
        LifeCycle = LifeCycleStatus.Creation,
    };

    internal static CardStep Tries(byte reference) =>
        new(CardStepPurpose.Check, ReferenceDataCommands.QueryTries(reference), FilePath.MasterFile) { Expected = EnoughTries };

    internal static CardStep Verify(byte reference, byte[] value) =>
        new(CardStepPurpose.Authenticate, ReferenceDataCommands.Verify(reference, value), FilePath.MasterFile) { IsSecret = true };

    static CardStep SetPassword(CommandApdu command) => new(CardStepPurpose.SetPassword, command, FilePath.MasterFile) { IsSecret = true };

    static VirtualCard RequireOpen(VirtualCard image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return image.IsOpen(ImageAreas.All)
            ? image
            : throw new CardAgentException("Parts of the image are still sealed: open all of its areas.");
    }
}
