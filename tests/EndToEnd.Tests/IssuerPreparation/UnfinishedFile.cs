using PersoMesh.EndToEnd.Tests.Support;
using PersoMesh.PreparedJobs;

namespace PersoMesh.EndToEnd.Tests.IssuerPreparation;

/// <summary>A prepared file as a killed preparation may leave it: not there, or cut off anywhere.</summary>
static class UnfinishedFile
{
    /// <summary>Its length in bytes, or -1.</summary>
    public static long Length(string path) => File.Exists(path) ? new FileInfo(path).Length : -1;

    /// <summary>The values of a tag in a record template of the application <c>debit</c>, hexadecimal, of all cards that were written whole.</summary>
    public static async Task<IReadOnlyList<string>> ReadAsync(TwoTokens tokens, string path, int dgi, string tag)
    {
        List<string> values = [];
        if (!File.Exists(path))
            return values;
        await using var file = File.OpenRead(path);
        var reader = new PreparedFileReader(file);
        try
        {
            using var session = tokens.Module.OpenSession();
            using var ring = new TransportKeyRing(session, await reader.ReadHeaderAsync());
            using var cipher = new CardholderCipher(RecordOpening.DecipherDataKey(ring, kek: 0), ring.Header.FileId.Span);
            await foreach (var place in reader.ReadRecordsAsync())
            {
                var record = PreparedRecord.Decode(ring.Header, place.Number, place.Modules!.Value);
                var grouping = PreparedApplication.Decode("debit", record.Applications[0].Content).Groupings.Single(grouping => grouping.Dgi.Value == dgi);
                values.Add(Tlv.ReadTemplate70(cipher.DecipherGrouping(record.CardObjectId, 0, "debit", grouping))[tag]);
            }
        }
        catch (PreparedJobException)
        {
            // It was cut off where the process died.
        }

        return values;
    }
}
