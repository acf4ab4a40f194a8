using System.IO.Compression;
using PersoMesh.SmartCard;

namespace PersoMesh.GlobalPlatform;

/// <summary>A Java Card CAP file (Java Card VM specification, chapter 6), read for loading. Immutable.</summary>
public sealed class CapFile
{
    const string Structure = "CAP file";
    const int HeadLength = 3;
    const byte Descriptor = 11;

    // Load order of GPC cards; Debug is never loaded. The numbers are the component tags.
    static readonly (string Name, byte Tag)[] LoadOrder =
    [
        ("Header", 1), ("Directory", 2), ("Import", 4), ("Applet", 3), ("Class", 6), ("Method", 7), ("StaticField", 8), ("Export", 10),
        ("ConstantPool", 5), ("RefLocation", 9), ("StaticResources", 13), ("Descriptor", Descriptor),
    ];

    CapFile(IReadOnlyDictionary<byte, byte[]> components)
    {
        var header = components[1];
        (MinorVersion, MajorVersion) = (header[10], header[11]);
        PackageAid = header.AsMemory(13, header[12]);
        AppletAids = components.TryGetValue(3, out var applet) ? ReadApplets(applet) : [];
        LoadFileDataBlock = Concatenate(LoadOrder);
        LoadFileDataBlockWithoutDescriptor = Concatenate(LoadOrder.Where(c => c.Tag != Descriptor));

        byte[] Concatenate(IEnumerable<(string Name, byte Tag)> order) =>
            [.. order.Where(c => components.ContainsKey(c.Tag)).SelectMany(c => components[c.Tag])];
    }

    /// <summary>AID of the package: the load file's AID.</summary>
    public ReadOnlyMemory<byte> PackageAid { get; }

    /// <summary>Major version of the package.</summary>
    public byte MajorVersion { get; }

    /// <summary>Minor version of the package.</summary>
    public byte MinorVersion { get; }

    /// <summary>AIDs of the applets in it: the module AIDs; none for a library.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> AppletAids { get; }

    /// <summary>
    /// The components in load order, with the descriptor when there is one. The load file data block hash is the hash of exactly this.
    /// </summary>
    public ReadOnlyMemory<byte> LoadFileDataBlock { get; }

    /// <summary>
    /// The components in load order without the descriptor, which only a verifier on the card would read. For a card that wants it so, and
    /// for a DAP or a token that was made over the hash of this, as GlobalPlatformPro's are.
    /// </summary>
    public ReadOnlyMemory<byte> LoadFileDataBlockWithoutDescriptor { get; }

    /// <summary>Reads a CAP file.</summary>
    /// <param name="zip">The file: a zip archive with <c>…/javacard/*.cap</c> in it; left open, must be seekable.</param>
    /// <exception cref="CardDataException">It is no such archive, a component is missing, given twice, or its length is wrong.</exception>
    public static CapFile Read(Stream zip)
    {
        ArgumentNullException.ThrowIfNull(zip);
        try
        {
            using var archive = new ZipArchive(zip, ZipArchiveMode.Read, leaveOpen: true);
            var components = new Dictionary<byte, byte[]>();
            foreach (var entry in archive.Entries)
            {
                if (TagOf(entry) is not { } tag)
                    continue;
                if (!components.TryAdd(tag, ReadComponent(entry, tag)))
                    throw Malformed($"two {entry.Name} in one file; only one package can be loaded at a time");
            }

            RequireHeader(components);
            return new CapFile(components);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or NotSupportedException)
        {
            throw Malformed("not a zip archive, or a damaged one");
        }
    }

    /// <summary>AID and version of the package.</summary>
    public override string ToString() => $"{Convert.ToHexString(PackageAid.Span)} {MajorVersion}.{MinorVersion}";

    static byte? TagOf(ZipArchiveEntry entry)
    {
        if (!entry.Name.EndsWith(".cap", StringComparison.OrdinalIgnoreCase))
            return null;
        var component = Array.Find(LoadOrder, c => c.Name.Equals(entry.Name[..^4], StringComparison.OrdinalIgnoreCase));
        return component.Name is null ? null : component.Tag;
    }

    static byte[] ReadComponent(ZipArchiveEntry entry, byte tag)
    {
        // The directory of the archive may lie about the length: never read more than the component says, nor make room for it before.
        using var content = entry.Open();
        Span<byte> head = stackalloc byte[HeadLength];
        if (content.ReadAtLeast(head, HeadLength, throwOnEndOfStream: false) < HeadLength || head[0] != tag)
            throw NoComponent(entry, tag);
        var component = new byte[HeadLength + ((head[1] << 8) | head[2])];
        if (entry.Length != component.Length)
            throw NoComponent(entry, tag);
        head.CopyTo(component);
        if (content.ReadAtLeast(component.AsSpan(HeadLength), component.Length - HeadLength, throwOnEndOfStream: false) < component.Length - HeadLength
            || content.ReadByte() >= 0)
            throw NoComponent(entry, tag);
        return component;
    }

    static CardDataException NoComponent(ZipArchiveEntry entry, byte tag) =>
        Malformed($"{entry.Name} is not a component with tag {tag} and its own length (extended CAP files are not read)");

    static void RequireHeader(Dictionary<byte, byte[]> components)
    {
        if (!components.TryGetValue(1, out var header))
            throw Malformed("no Header.cap in it");
        if (header.Length < 13 || !header.AsSpan(3, 4).SequenceEqual((ReadOnlySpan<byte>)[0xDE, 0xCA, 0xFF, 0xED])
            || header[12] is < 5 or > 16 || header.Length < 13 + header[12])
            throw Malformed("Header.cap has no magic number DECAFFED or no AID of 5 to 16 bytes");
    }

    // count ‖ { AID length ‖ AID ‖ install method offset (2) }*
    static List<ReadOnlyMemory<byte>> ReadApplets(byte[] component)
    {
        var applets = new List<ReadOnlyMemory<byte>>();
        var at = 4;
        for (var left = component.Length > 3 ? component[3] : -1; left != 0; left--)
        {
            if (left < 0 || at >= component.Length || at + 1 + component[at] + 2 > component.Length)
                throw Malformed("Applet.cap is cut off");
            applets.Add(component.AsMemory(at + 1, component[at]));
            at += 1 + component[at] + 2;
        }

        return applets;
    }

    static CardDataException Malformed(string reason) => new(Structure, 0, reason);
}
