using System.Buffers;

namespace PersoMesh.Emv;

/// <summary>Writes a binary record by its table: the inverse of <see cref="RecordReader"/>.</summary>
public static class RecordWriter
{
    /// <summary>Writes fields. A fixed field that the node does not have is written as zeros.</summary>
    /// <param name="fields">The table.</param>
    /// <param name="node">The values.</param>
    /// <returns>The record; owned by the caller.</returns>
    /// <exception cref="ArgumentException">
    /// A value does not fit: a fixed field of another length, a length or number too large for its bytes, not exactly one group.
    /// </exception>
    public static byte[] Write(IReadOnlyList<RecordField> fields, RecordNode node)
    {
        ArgumentNullException.ThrowIfNull(fields);
        ArgumentNullException.ThrowIfNull(node);
        var output = new ArrayBufferWriter<byte>();
        foreach (var field in fields)
            WriteField(output, field, node);
        return output.WrittenSpan.ToArray();
    }

    static void WriteField(ArrayBufferWriter<byte> output, RecordField field, RecordNode node)
    {
        var value = node[field.Name].Span;
        switch (field.Kind)
        {
            case RecordFieldKind.Fixed when value.IsEmpty:
                output.Write(new byte[field.Size]);
                break;
            case RecordFieldKind.Fixed when value.Length != field.Size:
                throw new ArgumentException($"'{field.Name}' has {field.Size} bytes, the value {value.Length}.", nameof(node));
            case RecordFieldKind.Fixed or RecordFieldKind.Rest:
                output.Write(value);
                break;
            case RecordFieldKind.Prefixed:
                WriteNumber(output, field, value.Length);
                output.Write(value);
                break;
            case RecordFieldKind.Counted:
                WriteNumber(output, field, node.Groups(field.Name).Count);
                WriteItems(output, field, node);
                break;
            case RecordFieldKind.Repeated:
                WriteItems(output, field, node);
                break;
            default:
                WriteGroup(output, field, node);
                break;
        }
    }

    static void WriteItems(ArrayBufferWriter<byte> output, RecordField field, RecordNode node)
    {
        foreach (var item in node.Groups(field.Name))
            output.Write(Write(field.Fields, item));
    }

    static void WriteGroup(ArrayBufferWriter<byte> output, RecordField field, RecordNode node)
    {
        var groups = node.Groups(field.Name);
        if (groups.Count > 1 || (groups.Count == 0 && field.Kind == RecordFieldKind.Group))
            throw new ArgumentException($"'{field.Name}' must be there once, not {groups.Count} times.", nameof(node));
        var content = groups.Count == 0 ? [] : Write(field.Fields, groups[0]);
        WriteNumber(output, field, content.Length);
        output.Write(content);
    }

    static void WriteNumber(ArrayBufferWriter<byte> output, RecordField field, int number)
    {
        if (number >> (8 * field.Size) != 0)
            throw new ArgumentException(
                $"'{field.Name}' is {number} long: too much for a length or number of {field.Size} bytes.", nameof(number));
        for (var shift = 8 * (field.Size - 1); shift >= 0; shift -= 8)
            output.Write([(byte)(number >> shift)]);
    }
}
