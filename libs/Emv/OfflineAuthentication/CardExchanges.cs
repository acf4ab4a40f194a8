namespace PersoMesh.Emv;

/// <summary>An INTERNAL AUTHENTICATE as a terminal saw it.</summary>
/// <param name="TerminalData">The command data: the values that the DDOL asks for.</param>
/// <param name="Response">The response data: template 80 or 77 (EMV 4.3 Book 3 §6.5.9).</param>
public sealed record InternalAuthenticateExchange(ReadOnlyMemory<byte> TerminalData, ReadOnlyMemory<byte> Response);

/// <summary>A GENERATE AC with a CDA signature as a terminal saw it.</summary>
/// <param name="ProcessingOptionsData">The values sent for the PDOL; empty when the card has none.</param>
/// <param name="CardRiskManagementData">The values sent for CDOL1, and in the second GENERATE AC those for CDOL2 after them.</param>
/// <param name="UnpredictableNumber">4 bytes, tag 9F37, as it was sent in this GENERATE AC.</param>
/// <param name="Response">The response data: template 77 (EMV 4.3 Book 2 §6.6.1).</param>
public sealed record GenerateAcExchange(
    ReadOnlyMemory<byte> ProcessingOptionsData,
    ReadOnlyMemory<byte> CardRiskManagementData,
    ReadOnlyMemory<byte> UnpredictableNumber,
    ReadOnlyMemory<byte> Response);
