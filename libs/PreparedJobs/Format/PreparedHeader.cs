using System.Globalization;

namespace PersoMesh.PreparedJobs;

/// <summary>A key encryption key that issuer and bureau share: an AES key in the security modules of both.</summary>
/// <param name="Id">What both call it, without version: <c>KEK-DEMOBANK</c>.</param>
/// <param name="Version">1 to 99.</param>
public sealed record KekReference(string Id, int Version)
{
    /// <summary>Highest version.</summary>
    public const int MaxVersion = 99;

    /// <summary>The key's label in a security module: identifier, point, version in two digits.</summary>
    public string Label => string.Create(CultureInfo.InvariantCulture, $"{Id}.{Version:00}");

    /// <summary>Reads a label.</summary>
    /// <returns>Null when it does not end with a point and two digits.</returns>
    public static KekReference? Parse(string label)
    {
        ArgumentNullException.ThrowIfNull(label);
        return label.Length > 3 && label[^3] == '.' && char.IsAsciiDigit(label[^2]) && char.IsAsciiDigit(label[^1]) && label[^2..] != "00"
            ? new KekReference(label[..^3], int.Parse(label[^2..], CultureInfo.InvariantCulture))
            : null;
    }
}

/// <summary>The header of a prepared file (docs/prepared-jobs.md).</summary>
/// <param name="FileId">16 random bytes: keys and MACs of the file depend on them, so nothing of one file passes for another's.</param>
/// <param name="Profile">Exact card profile, <c>name@version</c>.</param>
/// <param name="Issuer">The issuer's identifier, as issuer and bureau agreed.</param>
/// <param name="Keks">The key encryption keys; applications name one by its place here, from 0. A pass may add one, at the end.</param>
/// <param name="Count">Number of records.</param>
public sealed record PreparedHeader(
    ReadOnlyMemory<byte> FileId, string Profile, string Issuer, IReadOnlyList<KekReference> Keks, long Count)
{
    /// <summary>Length of <see cref="FileId"/> and <see cref="PassId"/> in bytes.</summary>
    public const int FileIdLength = 16;

    /// <summary>The version of the layout that this library writes and reads.</summary>
    public const int LayoutVersion = 3;

    const string Structure = "file header";

    /// <summary>
    /// 16 random bytes of the last pass over the file: the records' MACs depend on them, so that no record of another pass over the same
    /// cards passes for one of this.
    /// </summary>
    public ReadOnlyMemory<byte> PassId { get; init; } = new byte[FileIdLength];

    /// <summary>Place in <see cref="Keks"/> of the key that the MACs of file and records are made with: every pass must have it.</summary>
    public int SealingKek { get; init; }

    /// <summary>How the chip's data lie in module IC of each record.</summary>
    public ChipLayout ChipLayout { get; init; }

    /// <summary>
    /// For each of <see cref="Keks"/> a key for cardholder data (<see cref="CardholderCipher"/>), enciphered under it: an application's data
    /// are under the data key of its key encryption key, the data for stripe, embossing and printing under the first.
    /// </summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> DataKeys { get; init; } = [];

    /// <summary>All applications of the profile, prepared or not; an application's place in records is its place here.</summary>
    public IReadOnlyList<ApplicationProgress> Applications { get; init; } = [];

    /// <summary>The applications that some record, or every record, still lacks.</summary>
    public IEnumerable<ApplicationProgress> Incomplete => Applications.Where(application => application.Records != Count);

    /// <summary>Encodes the header's content, without marker and length.</summary>
    public byte[] Encode()
    {
        var writer = new FieldWriter();
        writer.UInt16(LayoutVersion);
        writer.Byte((byte)ChipLayout);
        writer.Bytes(FileId.Span);
        writer.Bytes(PassId.Span);
        writer.Int64(Count);
        writer.Text(Profile);
        writer.Text(Issuer);
        writer.Byte(checked((byte)Keks.Count));
        for (var i = 0; i < Keks.Count; i++)
        {
            writer.Text(Keks[i].Id);
            writer.Byte((byte)Keks[i].Version);
            writer.Short(DataKeys[i].Span);
        }

        writer.Byte(checked((byte)SealingKek));
        writer.Byte(checked((byte)Applications.Count));
        foreach (var application in Applications)
        {
            writer.Text(application.Name);
            writer.Short(application.Aid.Span);
            writer.Int64(application.Records);
        }

        return writer.ToArray();
    }

    /// <summary>Reads a header's content.</summary>
    /// <exception cref="PreparedJobException">It is none, or of another version.</exception>
    public static PreparedHeader Decode(ReadOnlyMemory<byte> content)
    {
        var reader = new FieldReader(Structure, content);
        var version = reader.UInt16();
        if (version != LayoutVersion)
            throw new PreparedJobException(Structure, $"layout version {version}; this PersoMesh reads version {LayoutVersion}: have the issuer prepare the cards again.");
        var chipLayout = (ChipLayout)reader.Byte();
        var (id, pass) = (reader.Take(FileIdLength), reader.Take(FileIdLength));
        var count = reader.Int64();
        var (profile, issuer) = (reader.Text(), reader.Text());
        var keks = new KekReference[reader.Byte()];
        var dataKeys = new ReadOnlyMemory<byte>[keks.Length];
        for (var i = 0; i < keks.Length; i++)
            (keks[i], dataKeys[i]) = (new KekReference(reader.Text(), reader.Byte()), reader.Take(reader.Byte()));
        var sealing = reader.Byte();
        var applications = new ApplicationProgress[reader.Byte()];
        for (var i = 0; i < applications.Length; i++)
            applications[i] = new ApplicationProgress(reader.Text(), reader.Take(reader.Byte()), reader.Int64());
        if (!reader.IsAtEnd || !Enum.IsDefined(chipLayout) || count < 0 || sealing >= keks.Length || keks.Any(kek => kek.Version is 0 or > KekReference.MaxVersion)
            || applications.Any(application => application.Records < 0 || application.Records > count))
            throw new PreparedJobException(Structure, $"not a header of layout version {LayoutVersion}.");
        return new PreparedHeader(id, profile, issuer, keks, count)
        {
            PassId = pass,
            ChipLayout = chipLayout,
            SealingKek = sealing,
            DataKeys = dataKeys,
            Applications = applications,
        };
    }
}

/// <summary>How the applications of a record are written; what they say, and what their MACs cover, is the same.</summary>
public enum ChipLayout
{
    /// <summary>PersoMesh's own.</summary>
    Own = 0,

    /// <summary>The IC module of an EMV CPS personalization record.</summary>
    Cps = 1,
}

/// <summary>How far the preparation of an application has come.</summary>
/// <param name="Name">The profile's name for it.</param>
/// <param name="Aid">Of the instance.</param>
/// <param name="Records">Records of the file that have it.</param>
public sealed record ApplicationProgress(string Name, ReadOnlyMemory<byte> Aid, long Records);
