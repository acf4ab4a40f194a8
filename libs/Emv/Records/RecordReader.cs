using PersoMesh.SmartCard;

namespace PersoMesh.Emv;

/// <summary>
/// Reads a binary record by its table. Total: whatever it is fed, it returns nodes or throws <see cref="CardDataException"/>.
/// </summary>
public static class RecordReader
{
    /// <summary>Reads fields that fill the data exactly.</summary>
    /// <param name="structure">Name of the record, for errors.</param>
    /// <param name="fields">The table.</param>
    /// <param name="data">The record; not copied, so it must not change afterwards.</param>
    /// <exception cref="CardDataException">
    /// The data do not have the form of the table; the offset counts from the start of <paramref name="data"/>.
    /// </exception>
    public static RecordNode Read(string structure, IReadOnlyList<RecordField> fields, ReadOnlyMemory<byte> data)
    {
        ArgumentNullException.ThrowIfNull(fields);
        var cursor = new Cursor(structure, data);
        var node = new RecordNode();
        cursor.ReadFields(fields, node, data.Length);
        cursor.RequireEnd(data.Length);
        return node;
    }

    sealed class Cursor(string structure, ReadOnlyMemory<byte> data)
    {
        int _at;

        public void ReadFields(IReadOnlyList<RecordField> fields, RecordNode node, int end)
        {
            foreach (var field in fields)
                ReadField(field, node, end);
        }

        public void RequireEnd(int end)
        {
            if (_at != end)
                throw Error(_at, $"{end - _at} bytes are left over");
        }

        void ReadField(RecordField field, RecordNode node, int end)
        {
            switch (field.Kind)
            {
                case RecordFieldKind.Fixed:
                    node[field.Name] = Take(field, field.Size, end);
                    break;
                case RecordFieldKind.Prefixed:
                    node[field.Name] = Take(field, ReadNumber(field, end), end);
                    break;
                case RecordFieldKind.Rest:
                    node[field.Name] = Take(field, end - _at, end);
                    break;
                case RecordFieldKind.Counted:
                    for (var count = ReadNumber(field, end); count > 0; count--)
                        ReadFields(field.Fields, node.AddGroup(field.Name), end);
                    break;
                case RecordFieldKind.Repeated:
                    while (_at < end)
                        ReadFields(field.Fields, node.AddGroup(field.Name), end);
                    break;
                default:
                    ReadGroup(field, node, end);
                    break;
            }
        }

        void ReadGroup(RecordField field, RecordNode node, int end)
        {
            var start = _at;
            var length = ReadNumber(field, end);
            if (length > end - _at)
                throw Error(start, $"the length of '{field.Name}' goes beyond the end");
            if (length == 0 && field.Kind == RecordFieldKind.OptionalGroup)
                return;
            var groupEnd = _at + length;
            ReadFields(field.Fields, node.AddGroup(field.Name), groupEnd);
            if (_at != groupEnd)
                throw Error(start, $"'{field.Name}' is {groupEnd - _at} bytes longer than its fields");
        }

        int ReadNumber(RecordField field, int end)
        {
            var number = 0;
            foreach (var b in Take(field, field.Size, end).Span)
                number = (number << 8) | b;
            return number;
        }

        ReadOnlyMemory<byte> Take(RecordField field, int length, int end)
        {
            if (length > end - _at)
                throw Error(_at, $"cut off within '{field.Name}'");
            _at += length;
            return data.Slice(_at - length, length);
        }

        CardDataException Error(int at, string reason) => new(structure, at, reason);
    }
}
