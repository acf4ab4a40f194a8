using System.Diagnostics.CodeAnalysis;
using PersoMesh.SmartCard;
using PersoMesh.SmartCard.Tlv;

namespace PersoMesh.Emv;

/// <summary>
/// The static data to be authenticated: the input that the issuer signs and a terminal hashes (EMV 4.3 Book 3 §10.3). Records come in
/// AFL order; of files 1 to 10 without template tag and length, of files 11 to 30 with them; then the AIP when tag 9F4A asks for it.
/// </summary>
public static class StaticDataToBeAuthenticated
{
    const string Clause = "Book 3 §10.3";

    /// <summary>Assembles the data for signing. The AIP must be final before: it cannot change afterwards.</summary>
    /// <param name="locator">The AFL.</param>
    /// <param name="records">Each record as the card returns it: a template 70.</param>
    /// <param name="tagList">The value of tag 9F4A; empty when the card has none.</param>
    /// <param name="interchangeProfile">The AIP, 2 bytes; used only when the tag list says 82.</param>
    /// <returns>The data; owned by the caller. They hold cardholder data.</returns>
    /// <exception cref="CardDataException">A record is missing or no template 70, or the tag list holds another tag than 82.</exception>
    public static byte[] Assemble(
        ApplicationFileLocator locator,
        IReadOnlyDictionary<RecordId, ReadOnlyMemory<byte>> records,
        ReadOnlySpan<byte> tagList,
        ReadOnlySpan<byte> interchangeProfile) =>
        TryAssemble(locator, records, tagList, interchangeProfile, out var data, out var failure)
            ? data
            : throw new CardDataException("static data to be authenticated", 0, failure.Reason);

    /// <summary>Assembles the data as a terminal does before it verifies.</summary>
    /// <param name="locator">The AFL.</param>
    /// <param name="records">Each record as the card returns it: a template 70.</param>
    /// <param name="tagList">The value of tag 9F4A; empty when the card has none.</param>
    /// <param name="interchangeProfile">The AIP, 2 bytes; used only when the tag list says 82.</param>
    /// <param name="data">The data; owned by the caller. They hold cardholder data.</param>
    /// <param name="failure">Why a terminal takes offline data authentication as failed.</param>
    public static bool TryAssemble(
        ApplicationFileLocator locator,
        IReadOnlyDictionary<RecordId, ReadOnlyMemory<byte>> records,
        ReadOnlySpan<byte> tagList,
        ReadOnlySpan<byte> interchangeProfile,
        [NotNullWhen(true)] out byte[]? data,
        [NotNullWhen(false)] out VerificationFailure? failure)
    {
        ArgumentNullException.ThrowIfNull(locator);
        ArgumentNullException.ThrowIfNull(records);
        data = null;
        failure = null;
        List<byte> assembled = [];
        foreach (var id in locator.AuthenticatedRecords)
        {
            if (!records.TryGetValue(id, out var record))
                failure = new(Clause, 0, $"{id}, which the AFL marks, is missing");
            else if (!TryOpenTemplate(record.Span, out var value))
                failure = new(Clause, 0, $"{id}, which the AFL marks, is not one template 70");
            else
                assembled.AddRange(id.Sfi <= 10 ? value : record.Span);
            if (failure is not null)
                return false;
        }

        if (!tagList.IsEmpty)
        {
            if (tagList is not [0x82])
                failure = new(Clause, 0, "the static data authentication tag list (9F4A) holds something other than the one tag 82");
            else if (interchangeProfile.Length != 2)
                failure = new(Clause, 0, "the tag list (9F4A) asks for the AIP (82), which is missing or not 2 bytes long");
            else
                assembled.AddRange(interchangeProfile);
        }

        data = failure is null ? [.. assembled] : null;
        return failure is null;
    }

    static bool TryOpenTemplate(ReadOnlySpan<byte> record, out ReadOnlySpan<byte> value)
    {
        var reader = new TlvReader(record);
        value = default;
        if (!reader.TryRead(out var template) || template.Tag != 0x70 || template.Encoded.Length != record.Length)
            return false;
        value = template.Value;
        return true;
    }
}
