namespace PersoMesh.Pcsc;

/// <summary>A PC/SC function did not succeed. The message names function, reader and code, and says what to do.</summary>
/// <remarks>When it is the card or the reader that was lost, the exception is a <see cref="CardLostException"/>.</remarks>
public class PcscException : Exception
{
    /// <summary>Describes a failed call.</summary>
    /// <param name="function">The function as in the standard: <c>SCardTransmit</c>.</param>
    /// <param name="code">What it returned.</param>
    /// <param name="reader">The reader it was about, if any.</param>
    public PcscException(string function, PcscCode code, string? reader = null)
        : base($"{About(reader)}{function} returned {PcscCodeText.Name(code)} (0x{(uint)code:X8}): {PcscCodeText.Advice(code)}") =>
        (Function, Code, Reader) = (function, code, reader);

    private protected PcscException(string message, string function, PcscCode code, string reader)
        : base(message) => (Function, Code, Reader) = (function, code, reader);

    /// <summary>The function that failed, as in the standard.</summary>
    public string Function { get; }

    /// <summary>What it returned.</summary>
    public PcscCode Code { get; }

    /// <summary>The code's name in the C headers: <c>SCARD_E_SHARING_VIOLATION</c>.</summary>
    public string CodeName => PcscCodeText.Name(Code);

    /// <summary>The reader it was about, or null.</summary>
    public string? Reader { get; }

    private protected static string About(string? reader) => reader is null ? "" : $"Reader '{reader}': ";
}
