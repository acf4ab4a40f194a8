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
/// <param name="Keks">The key encryption keys; applications name one by its place here, from 0.</param>
/// <param name="Count">Number of records.</param>
/// <param name="DataKey">The key for cardholder data (<see cref="CardholderCipher"/>), enciphered under the first key encryption key.</param>
public sealed record PreparedHeader(
    ReadOnlyMemory<byte> FileId, string Profile, string Issuer, IReadOnlyList<KekReference> Keks, long Count, ReadOnlyMemory<byte> DataKey = default)
{
    /// <summary>Length of <see cref="FileId"/> in bytes.</summary>
    public const int FileIdLength = 16;

    /// <summary>The version of the layout that this library writes and reads.</summary>
    public const int LayoutVersion = 2;

    const string Structure = "file header";

    /// <summary>Encodes the header's content, without marker and length.</summary>
    public byte[] Encode()
    {
        var writer = new FieldWriter();
        writer.UInt16(LayoutVersion);
        writer.Bytes(FileId.Span);
        writer.Int64(Count);
        writer.Text(Profile);
        writer.Text(Issuer);
        writer.Byte(checked((byte)Keks.Count));
        foreach (var kek in Keks)
        {
            writer.Text(kek.Id);
            writer.Byte((byte)kek.Version);
        }

        writer.Short(DataKey.Span);
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
        var id = reader.Take(FileIdLength);
        var count = reader.Int64();
        var (profile, issuer) = (reader.Text(), reader.Text());
        var keks = new KekReference[reader.Byte()];
        for (var i = 0; i < keks.Length; i++)
            keks[i] = new KekReference(reader.Text(), reader.Byte());
        var dataKey = reader.Take(reader.Byte());
        if (!reader.IsAtEnd || keks.Length == 0 || count < 0 || keks.Any(kek => kek.Version is 0 or > KekReference.MaxVersion))
            throw new PreparedJobException(Structure, $"not a header of layout version {LayoutVersion}.");
        return new PreparedHeader(id, profile, issuer, keks, count, dataKey);
    }
}
