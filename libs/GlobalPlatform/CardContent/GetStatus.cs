using PersoMesh.SmartCard;
using PersoMesh.SmartCard.Tlv;

namespace PersoMesh.GlobalPlatform;

/// <summary>Which part of the registry GET STATUS reads; the value is P1 (GPC 2.3.1 table 11-33).</summary>
public enum RegistryScope
{
    /// <summary>The issuer security domain.</summary>
    IssuerSecurityDomain = 0x80,

    /// <summary>Applications and supplementary security domains.</summary>
    Applications = 0x40,

    /// <summary>Executable load files.</summary>
    LoadFiles = 0x20,

    /// <summary>Executable load files with their modules.</summary>
    LoadFilesAndModules = 0x10,
}

/// <summary>The GET STATUS command (GPC 2.3.1 §11.4), in its TLV form.</summary>
public static class GetStatus
{
    /// <summary>Status word "more data available": send <see cref="Command"/> again with <c>next</c>.</summary>
    public const ushort MoreDataAvailable = 0x6310;

    /// <summary>Builds the command.</summary>
    /// <param name="scope">What to list.</param>
    /// <param name="next">True to continue after <see cref="MoreDataAvailable"/>.</param>
    /// <param name="aidPrefix">Only entries whose AID begins so, up to 16 bytes; empty for all.</param>
    /// <param name="tagList">Tags to return, one after the other; empty leaves the choice to the card.</param>
    /// <exception cref="ArgumentException">The AID prefix is too long.</exception>
    public static CommandApdu Command(
        RegistryScope scope, bool next = false, ReadOnlySpan<byte> aidPrefix = default, ReadOnlySpan<byte> tagList = default)
    {
        if (aidPrefix.Length > 16)
            throw new ArgumentException("An AID has at most 16 bytes.", nameof(aidPrefix));
        using var data = new TlvWriter();
        data.Write(0x4F, aidPrefix);
        if (!tagList.IsEmpty)
            data.Write(0x5C, tagList);
        return new CommandApdu(0x80, 0xF2, (byte)scope, (byte)(next ? 0x03 : 0x02), data.ToArray(), 256);
    }

    /// <summary>Reads the response data of one command; an entry is never cut between two of them.</summary>
    /// <param name="data">Response data without status word.</param>
    /// <exception cref="CardDataException">The data is not a sequence of templates E3 with an AID each.</exception>
    public static IReadOnlyList<RegistryEntry> Parse(ReadOnlySpan<byte> data)
    {
        var entries = new List<RegistryEntry>();
        var reader = new TlvReader(data);
        while (reader.Read(out var template))
        {
            if (template.Tag != RegistryEntry.Template)
                throw new CardDataException("GET STATUS", template.Offset, $"tag {template.Tag} where an entry E3 was expected");
            entries.Add(RegistryEntry.Read(template));
        }

        return entries;
    }
}
