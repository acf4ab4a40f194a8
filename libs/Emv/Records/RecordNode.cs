namespace PersoMesh.Emv;

/// <summary>The values of one group of fields: what the reader returns and the writer takes.</summary>
public sealed class RecordNode
{
    readonly Dictionary<string, ReadOnlyMemory<byte>> _values = new(StringComparer.Ordinal);
    readonly Dictionary<string, List<RecordNode>> _groups = new(StringComparer.Ordinal);

    /// <summary>A value by field name; empty when it was never set.</summary>
    /// <param name="name">Name of the field.</param>
    public ReadOnlyMemory<byte> this[string name]
    {
        get => _values.TryGetValue(name, out var value) ? value : default;
        set => _values[name] = value;
    }

    /// <summary>The instances of a group or list, in order: none for an empty optional group.</summary>
    /// <param name="name">Name of the group.</param>
    public IReadOnlyList<RecordNode> Groups(string name) => _groups.TryGetValue(name, out var groups) ? groups : [];

    /// <summary>The one instance of a group that must be there.</summary>
    /// <param name="name">Name of the group.</param>
    /// <exception cref="InvalidOperationException">There is not exactly one.</exception>
    public RecordNode Group(string name) => Groups(name).Single();

    /// <summary>Adds an instance of a group or list and returns it.</summary>
    /// <param name="name">Name of the group.</param>
    public RecordNode AddGroup(string name)
    {
        if (!_groups.TryGetValue(name, out var groups))
            _groups[name] = groups = [];
        var node = new RecordNode();
        groups.Add(node);
        return node;
    }

    /// <summary>A value of one byte.</summary>
    /// <param name="name">Name of the field.</param>
    public byte Byte(string name) => this[name].Span[0];

    /// <summary>Sets a value of one byte.</summary>
    /// <param name="name">Name of the field.</param>
    /// <param name="value">The value.</param>
    public void Set(string name, byte value) => _values[name] = new[] { value };
}
