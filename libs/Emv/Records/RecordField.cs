namespace PersoMesh.Emv;

/// <summary>How a field of a binary record is laid out.</summary>
public enum RecordFieldKind
{
    /// <summary>A value of a fixed number of bytes.</summary>
    Fixed,

    /// <summary>A length, then a value of that many bytes.</summary>
    Prefixed,

    /// <summary>A length, then fields that fill it exactly.</summary>
    Group,

    /// <summary>A length, then fields that fill it exactly, or nothing when the length is 0.</summary>
    OptionalGroup,

    /// <summary>A number, then that many times the same fields.</summary>
    Counted,

    /// <summary>The same fields again and again up to the end of the group around them.</summary>
    Repeated,

    /// <summary>A value up to the end of the group around it.</summary>
    Rest,
}

/// <summary>
/// One row of the table that describes a binary record. Lengths and numbers are big-endian. The reader and the writer know nothing of a
/// record but its table, so that a field can be corrected in one place.
/// </summary>
public sealed class RecordField
{
    RecordField(string name, RecordFieldKind kind, int size, IReadOnlyList<RecordField> fields) =>
        (Name, Kind, Size, Fields) = (name, kind, size, fields);

    /// <summary>Name of the field within the fields around it.</summary>
    public string Name { get; }

    /// <summary>How it is laid out.</summary>
    public RecordFieldKind Kind { get; }

    /// <summary>Bytes of a fixed value, of the length, or of the number; 0 where there is none.</summary>
    public int Size { get; }

    /// <summary>The fields inside a group.</summary>
    public IReadOnlyList<RecordField> Fields { get; }

    /// <summary>A value of a fixed number of bytes.</summary>
    /// <param name="name">Name of the field.</param>
    /// <param name="length">Bytes, at least 1.</param>
    public static RecordField Fixed(string name, int length) => Create(name, RecordFieldKind.Fixed, length, 1, int.MaxValue);

    /// <summary>A length, then a value.</summary>
    /// <param name="name">Name of the field.</param>
    /// <param name="lengthSize">Bytes of the length, 1 to 3.</param>
    public static RecordField Prefixed(string name, int lengthSize) => Create(name, RecordFieldKind.Prefixed, lengthSize, 1, 3);

    /// <summary>A length, then fields that fill it exactly.</summary>
    /// <param name="name">Name of the group.</param>
    /// <param name="lengthSize">Bytes of the length, 1 to 3.</param>
    /// <param name="fields">The fields, at least one.</param>
    public static RecordField Group(string name, int lengthSize, params RecordField[] fields) =>
        Create(name, RecordFieldKind.Group, lengthSize, 1, 3, fields);

    /// <summary>A length, then fields that fill it exactly, or nothing when the length is 0.</summary>
    /// <param name="name">Name of the group.</param>
    /// <param name="lengthSize">Bytes of the length, 1 to 3.</param>
    /// <param name="fields">The fields, at least one.</param>
    public static RecordField OptionalGroup(string name, int lengthSize, params RecordField[] fields) =>
        Create(name, RecordFieldKind.OptionalGroup, lengthSize, 1, 3, fields);

    /// <summary>A number, then that many times the same fields.</summary>
    /// <param name="name">Name of the list.</param>
    /// <param name="numberSize">Bytes of the number, 1 or 2.</param>
    /// <param name="fields">The fields of one item, at least one.</param>
    public static RecordField Counted(string name, int numberSize, params RecordField[] fields) =>
        Create(name, RecordFieldKind.Counted, numberSize, 1, 2, fields);

    /// <summary>The same fields up to the end of the group around them.</summary>
    /// <param name="name">Name of the list.</param>
    /// <param name="fields">The fields of one item, at least one.</param>
    public static RecordField Repeated(string name, params RecordField[] fields) => Create(name, RecordFieldKind.Repeated, 0, 0, 0, fields);

    /// <summary>A value up to the end of the group around it.</summary>
    /// <param name="name">Name of the field.</param>
    public static RecordField Rest(string name) => Create(name, RecordFieldKind.Rest, 0, 0, 0);

    /// <summary>Name and layout.</summary>
    public override string ToString() => $"{Name}: {Kind}({Size})";

    static RecordField Create(string name, RecordFieldKind kind, int size, int min, int max, RecordField[]? fields = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, min);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, max);
        if (fields is { Length: 0 })
            throw new ArgumentException($"'{name}' has no fields.", nameof(fields));
        // An item that takes no bytes would repeat for ever.
        if (kind == RecordFieldKind.Repeated && !fields!.Any(f => f.Size > 0))
            throw new ArgumentException($"An item of '{name}' may be empty.", nameof(fields));
        return new RecordField(name, kind, size, fields ?? []);
    }
}
