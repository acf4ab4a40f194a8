using System.Diagnostics.CodeAnalysis;

namespace PersoMesh.Emv;

/// <summary>What a card signs in dynamic data authentication (EMV 4.3 Book 2 tables 15 and 19).</summary>
/// <param name="DynamicNumber">ICC Dynamic Number, 2 to 8 bytes; a terminal stores it under tag 9F4C.</param>
/// <param name="CryptogramInformation">With CDA the Cryptogram Information Data (9F27); 0 otherwise.</param>
/// <param name="Cryptogram">With CDA the TC or ARQC, 8 bytes; empty otherwise.</param>
public sealed record IccDynamicData(ReadOnlyMemory<byte> DynamicNumber, byte CryptogramInformation, ReadOnlyMemory<byte> Cryptogram);

/// <summary>
/// Signed Dynamic Application Data, tag 9F4B, from the terminal's side: dynamic data authentication and the combined form with the
/// application cryptogram (EMV 4.3 Book 2 §6.5.2, §6.6.2).
/// </summary>
public static class SignedDynamicData
{
    const byte Format = 0x05;
    const string Name = "the signed dynamic application data (9F4B)";
    const string DdaClause = "Book 2 §6.5.2";
    const string CdaClause = "Book 2 §6.6.2";

    /// <summary>Verifies the answer to INTERNAL AUTHENTICATE.</summary>
    /// <param name="iccKey">The card's public key, recovered from its certificate.</param>
    /// <param name="signature">The value of tag 9F4B.</param>
    /// <param name="terminalData">What the terminal sent: the values that the DDOL asks for.</param>
    /// <param name="data">What the card signed.</param>
    /// <param name="failure">What is wrong.</param>
    /// <returns>False when DDA has failed.</returns>
    public static bool TryVerify(
        RsaPublicKey iccKey,
        ReadOnlySpan<byte> signature,
        ReadOnlySpan<byte> terminalData,
        [NotNullWhen(true)] out IccDynamicData? data,
        [NotNullWhen(false)] out VerificationFailure? failure)
    {
        ArgumentNullException.ThrowIfNull(iccKey);
        data = null;
        if (!RecoverableSignature.TryOpen(DdaClause, Name, Format, iccKey, signature, out var message, out var hash, out failure))
            return false;
        failure = CheckHash(DdaClause, 6, message, terminalData, hash);
        if (failure is null && !TryReadNumber(message, out data))
            failure = new(DdaClause, 7, "the ICC dynamic data do not begin with a number of 2 to 8 bytes");
        return failure is null;
    }

    /// <summary>Verifies the answer to GENERATE AC with a CDA signature.</summary>
    /// <param name="iccKey">The card's public key, recovered from its certificate.</param>
    /// <param name="signature">The value of tag 9F4B.</param>
    /// <param name="unpredictableNumber">4 bytes, tag 9F37.</param>
    /// <param name="cryptogramInformation">Tag 9F27 as it stands in the answer.</param>
    /// <param name="transactionData">
    /// The values sent for PDOL and CDOL1 (and CDOL2 in the second GENERATE AC), then tags, lengths and values of the answer in their
    /// order without 9F4B.
    /// </param>
    /// <param name="data">What the card signed.</param>
    /// <param name="failure">What is wrong.</param>
    /// <returns>False when CDA has failed.</returns>
    public static bool TryVerifyCombined(
        RsaPublicKey iccKey,
        ReadOnlySpan<byte> signature,
        ReadOnlySpan<byte> unpredictableNumber,
        byte cryptogramInformation,
        ReadOnlySpan<byte> transactionData,
        [NotNullWhen(true)] out IccDynamicData? data,
        [NotNullWhen(false)] out VerificationFailure? failure)
    {
        ArgumentNullException.ThrowIfNull(iccKey);
        data = null;
        if (!RecoverableSignature.TryOpen(CdaClause, Name, Format, iccKey, signature, out var message, out var hash, out failure))
            return false;
        if (!TryReadCombined(message, out var found, out var transactionHash))
            failure = new(CdaClause, 5, "the ICC dynamic data hold no number, cryptogram and transaction data hash code (table 19)");
        else if (found.CryptogramInformation != cryptogramInformation)
            failure = new(CdaClause, 6, "the signed cryptogram information data are not those of the answer (9F27)");
        failure ??= CheckHash(CdaClause, 8, message, unpredictableNumber, hash);
        if (failure is null && !RecoverableSignature.HashMatches(transactionData, [], transactionHash))
            failure = new(CdaClause, 12, "the transaction data hash code differs: PDOL, CDOL or answer data are not what the card signed");
        data = failure is null ? found : null;
        return failure is null;
    }

    static VerificationFailure? CheckHash(
        string clause, int step, ReadOnlySpan<byte> message, ReadOnlySpan<byte> rest, ReadOnlySpan<byte> hash)
    {
        if (message[1] != RecoverableSignature.HashAlgorithm)
            return new(clause, step, "the hash algorithm indicator is not 01 (SHA-1)");
        return RecoverableSignature.HashMatches(message, rest, hash)
            ? null
            : new(clause, step + 1, "the hash differs: the card signed other terminal data than were given");
    }

    static bool TryReadNumber(byte[] message, [NotNullWhen(true)] out IccDynamicData? data)
    {
        var numberLength = message[3];
        var fits = message[2] <= message.Length - 3 && numberLength is >= 2 and <= 8 && 1 + numberLength <= message[2];
        data = fits ? new IccDynamicData(message.AsMemory(4, numberLength), 0, default) : null;
        return fits;
    }

    static bool TryReadCombined(byte[] message, [NotNullWhen(true)] out IccDynamicData? data, out ReadOnlySpan<byte> transactionHash)
    {
        transactionHash = default;
        if (!TryReadNumber(message, out data) || data.DynamicNumber.Length + 30 > message[2])
        {
            data = null;
            return false;
        }

        var at = 4 + data.DynamicNumber.Length;
        data = data with { CryptogramInformation = message[at], Cryptogram = message.AsMemory(at + 1, 8) };
        transactionHash = message.AsSpan(at + 9, 20);
        return true;
    }
}
