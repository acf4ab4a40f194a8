namespace PersoMesh.SmartCard;

/// <summary>Why data was refused: what kind of structure it is, where it breaks, and how. Never the data itself.</summary>
/// <param name="Structure">Name of the structure in the standard's words: <c>BER-TLV</c>, <c>ATR</c>, <c>DGI</c>.</param>
/// <param name="Offset">Byte offset, from 0, in the outermost buffer that was given to the parser.</param>
/// <param name="Reason">What is wrong, as the end of a sentence; holds no byte of the data.</param>
public readonly record struct CardDataError(string Structure, int Offset, string Reason)
{
    /// <summary>The exception that says the same.</summary>
    public CardDataException ToException() => new(Structure, Offset, Reason);

    /// <summary>Structure, offset and reason in one line.</summary>
    public override string ToString() => $"{Structure}, byte {Offset}: {Reason}";
}

/// <summary>
/// Data from a card or an issuer does not have the form that its standard asks for. The one exception that parsers of
/// card data throw, whatever they are fed; their <c>Try…</c> counterparts return false instead.
/// </summary>
/// <remarks>The message holds no byte of the data: it may be logged.</remarks>
public sealed class CardDataException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="structure">Name of the structure in the standard's words: <c>BER-TLV</c>, <c>ATR</c>, <c>DGI</c>.</param>
    /// <param name="offset">Byte offset, from 0, in the outermost buffer that was given to the parser.</param>
    /// <param name="reason">What is wrong, as the end of a sentence; must hold no byte of the data.</param>
    public CardDataException(string structure, int offset, string reason)
        : base(new CardDataError(structure, offset, reason).ToString()) => Error = new(structure, offset, reason);

    /// <summary>Structure, offset and reason.</summary>
    public CardDataError Error { get; }

    /// <summary>Name of the structure in the standard's words.</summary>
    public string Structure => Error.Structure;

    /// <summary>Byte offset, from 0, in the outermost buffer that was given to the parser.</summary>
    public int Offset => Error.Offset;

    /// <summary>What is wrong.</summary>
    public string Reason => Error.Reason;
}
