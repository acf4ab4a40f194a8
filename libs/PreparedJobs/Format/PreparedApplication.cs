using PersoMesh.Profiles;

namespace PersoMesh.PreparedJobs;

/// <summary>How the value of a data grouping travels.</summary>
public enum PreparedGroupingKind
{
    /// <summary>As the card receives it, before secure messaging: key check values.</summary>
    Clear = 0,

    /// <summary>Secret, enciphered under a key of the file; the bureau brings it under the session's key.</summary>
    Enciphered = 1,

    /// <summary>No secret but personal, enciphered under the file's data key (<see cref="CardholderCipher"/>).</summary>
    Personal = 2,

    /// <summary>Secret, enciphered under a key that the application on the card knows, and the bureau does not: loaded unchanged.</summary>
    UnderPersonalizationKey = 3,
}

/// <summary>A data grouping of a prepared application.</summary>
/// <param name="Dgi">Its identifier.</param>
/// <param name="Kind">How the value travels.</param>
/// <param name="PlainLength">Length in bytes of the value as the card stores it.</param>
/// <param name="Value">What is in the file: as long as <paramref name="PlainLength"/>, or the enciphered value.</param>
public sealed record PreparedGrouping(DgiId Dgi, PreparedGroupingKind Kind, int PlainLength, ReadOnlyMemory<byte> Value)
{
    /// <summary>Identifier and length, nothing of the value.</summary>
    public override string ToString() => $"DGI {Dgi}, {Kind}, {PlainLength} bytes";
}

/// <summary>An application of a prepared record.</summary>
/// <param name="Aid">Of the instance.</param>
/// <param name="Name">The profile's name for it.</param>
/// <param name="Kek">Which of the header's key encryption keys protects it, from 0.</param>
/// <param name="Groupings">In the order in which the card receives them.</param>
public sealed record PreparedApplication(ReadOnlyMemory<byte> Aid, string Name, int Kek, IReadOnlyList<PreparedGrouping> Groupings)
{
    /// <summary>Length of an application's MAC in bytes.</summary>
    public const int MacLength = 16;

    /// <summary>Encodes what the MAC covers.</summary>
    public byte[] Encode()
    {
        var writer = new FieldWriter();
        writer.Short(Aid.Span);
        writer.Text(Name);
        writer.Byte((byte)Kek);
        writer.UInt16(Groupings.Count);
        foreach (var grouping in Groupings)
        {
            writer.UInt16(grouping.Dgi.Value);
            writer.Byte((byte)grouping.Kind);
            writer.UInt16(grouping.PlainLength);
            writer.UInt16(grouping.Value.Length);
            writer.Bytes(grouping.Value.Span);
        }

        return writer.ToArray();
    }

    /// <summary>Reads an application.</summary>
    /// <param name="where">How errors name it.</param>
    /// <param name="content">What the MAC covers.</param>
    /// <exception cref="PreparedJobException">Malformed.</exception>
    public static PreparedApplication Decode(string where, ReadOnlyMemory<byte> content)
    {
        var reader = new FieldReader(where, content);
        var aid = reader.Take(reader.Byte());
        var name = reader.Text();
        var kek = reader.Byte();
        var groupings = new PreparedGrouping[reader.UInt16()];
        for (var i = 0; i < groupings.Length; i++)
        {
            var (dgi, kind, length) = (new DgiId(reader.UInt16()), (PreparedGroupingKind)reader.Byte(), reader.UInt16());
            groupings[i] = new PreparedGrouping(dgi, kind, length, reader.Take(reader.UInt16()));
            var isAsSent = kind is PreparedGroupingKind.Clear or PreparedGroupingKind.UnderPersonalizationKey;
            if (!Enum.IsDefined(kind) || (isAsSent && groupings[i].Value.Length != length))
                throw new PreparedJobException(where, $"data grouping {i + 1} is of no known kind, or its two lengths differ.");
        }

        return reader.IsAtEnd
            ? new PreparedApplication(aid, name, kek, groupings)
            : throw new PreparedJobException(where, "bytes after its end.");
    }
}
