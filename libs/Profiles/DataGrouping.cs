namespace PersoMesh.Profiles;

/// <summary>A data grouping of an application: what one DGI holds.</summary>
/// <param name="Dgi">Its identifier.</param>
public abstract record DataGrouping(DgiId Dgi)
{
    /// <summary>The longest value that a DGI's length field can state (EMV CPS: FF and two bytes, up to FFFE).</summary>
    public const int MaxLength = 0xFFFE;

    /// <summary>The longest record in bytes, tag and length included (EMV Book 2 annex D).</summary>
    public const int MaxRecordLength = 254;

    /// <summary>The inputs and computed fields that it uses.</summary>
    public abstract IEnumerable<string> FieldNames { get; }
}

/// <summary>A data grouping that is sent as it is rendered; only the secure channel encrypts it.</summary>
/// <param name="Dgi">Its identifier.</param>
/// <param name="Value">What it holds.</param>
public sealed record ClearGrouping(DgiId Dgi, DataTemplate Value) : DataGrouping(Dgi)
{
    /// <inheritdoc />
    public override IEnumerable<string> FieldNames => Value.FieldNames;

    /// <summary>The value for one card object, without DGI and length.</summary>
    /// <param name="fields">Inputs and computed fields by name.</param>
    /// <exception cref="RenderException">A field is missing or does not fit its place.</exception>
    public byte[] Render(IReadOnlyDictionary<string, string> fields)
    {
        var value = Value.Render(fields);
        var (kind, max) = Dgi.IsRecord ? ("record", MaxRecordLength) : ("data grouping", MaxLength);
        if (value.Length > max)
            throw new RenderException($"DGI {Dgi}", $"{value.Length} bytes, but a {kind} has at most {max}.");
        return value;
    }
}

/// <summary>A data grouping whose value the Security service makes and encrypts under the data encryption key.</summary>
/// <param name="Dgi">Its identifier.</param>
/// <param name="Parts">What the value is put together from, in this order.</param>
public sealed record SecretGrouping(DgiId Dgi, IReadOnlyList<SecretPart> Parts) : DataGrouping(Dgi)
{
    /// <summary>Length of the value in bytes.</summary>
    public int Length => Parts.Sum(p => p.Length);

    /// <inheritdoc />
    public override IEnumerable<string> FieldNames => Parts.SelectMany(p => p.FieldNames);

    /// <summary>The parts for one card object.</summary>
    /// <param name="fields">Inputs and computed fields by name.</param>
    /// <exception cref="RenderException">A field is missing or does not fit its place.</exception>
    public IReadOnlyList<SecretParameters> Resolve(IReadOnlyDictionary<string, string> fields) => [.. Parts.Select(p => p.Resolve(fields))];
}

/// <summary>A data grouping that holds the key check values (3 bytes each) of the keys of an earlier one, in their order.</summary>
/// <param name="Dgi">Its identifier.</param>
/// <param name="Of">The grouping with the keys.</param>
public sealed record CheckValuesGrouping(DgiId Dgi, DgiId Of) : DataGrouping(Dgi)
{
    /// <inheritdoc />
    public override IEnumerable<string> FieldNames => [];
}
