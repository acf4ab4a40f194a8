using System.Security.Cryptography;
using PersoMesh.Keys;

namespace PersoMesh.PreparedJobs;

/// <summary>
/// What a bureau's Security service does with a record, and an issuer's pass before it adds to one: verify every MAC in the module; then
/// the service deciphers the secrets.
/// </summary>
public static class RecordOpening
{
    /// <summary>Verifies a file's MAC over header and count.</summary>
    /// <param name="ring">The keys of the file.</param>
    /// <param name="trailer">The trailer.</param>
    /// <param name="places">Records that were counted in the file.</param>
    /// <exception cref="PreparedJobException">The file is not as its issuer made it, or a key encryption key is not known.</exception>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public static void VerifyFile(TransportKeyRing ring, PreparedTrailer trailer, long places)
    {
        ArgumentNullException.ThrowIfNull(ring);
        ArgumentNullException.ThrowIfNull(trailer);
        var header = ring.Header;
        if (!CryptographicOperations.FixedTimeEquals(ring.Sealing.FileMac(header.Encode(), trailer.Count), trailer.Mac.Span))
        {
            throw new PreparedJobException(
                "the file", "its MAC is wrong: header or trailer were changed, or it was made with another key.");
        }

        if (header.Count != trailer.Count || places != header.Count)
        {
            throw new PreparedJobException(
                "the file", $"it has {places} records, but was made with {header.Count}: records were taken out or put in.");
        }
    }

    /// <summary>Deciphers the data key that belongs to a key encryption key, once the file's MAC was verified.</summary>
    /// <param name="ring">The keys of the file.</param>
    /// <param name="kek">The key encryption key's place in the header.</param>
    /// <returns><see cref="CardholderCipher.KeyLength"/> bytes; the caller zeroes them.</returns>
    /// <exception cref="PreparedJobException">It does not have that length, or the module has no such key encryption key.</exception>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public static byte[] DecipherDataKey(TransportKeyRing ring, int kek)
    {
        ArgumentNullException.ThrowIfNull(ring);
        return ring.Get(kek).Decipher(ring.Header.DataKeys[kek].Span, CardholderCipher.KeyLength)
            ?? throw new PreparedJobException("file header", "a data key does not have the length that it must have.");
    }

    /// <summary>Verifies a record's MACs and reads its applications.</summary>
    /// <param name="ring">The keys of the file.</param>
    /// <param name="record">The record.</param>
    /// <returns>The applications.</returns>
    /// <exception cref="PreparedJobException">A MAC is wrong; names the application, unless it is the record as a whole.</exception>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public static IReadOnlyList<PreparedApplication> Verify(TransportKeyRing ring, PreparedRecord record)
    {
        ArgumentNullException.ThrowIfNull(ring);
        ArgumentNullException.ThrowIfNull(record);
        PreparedApplication[] applications = [.. record.Applications.Select(application => Verify(ring, record, application))];
        VerifyRecord(ring, record);
        return applications;
    }

    /// <summary>
    /// Verifies a record that a pass adds to: its own MAC, which covers all of it, and those of the applications under
    /// <paramref name="keks"/>; the others were prepared where another key encryption key is.
    /// </summary>
    /// <param name="ring">The keys of the file.</param>
    /// <param name="record">The record.</param>
    /// <param name="keks">Places in the header of the key encryption keys that the module has.</param>
    /// <exception cref="PreparedJobException">A MAC is wrong; names the application, unless it is the record as a whole.</exception>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public static void VerifyBeforeAdding(TransportKeyRing ring, PreparedRecord record, IReadOnlySet<int> keks)
    {
        ArgumentNullException.ThrowIfNull(ring);
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(keks);
        foreach (var application in record.Applications)
        {
            if (Decode(Name(application), application.Content).Application is not { } known || keks.Contains(known.Kek))
                Verify(ring, record, application);
        }

        VerifyRecord(ring, record);
    }

    /// <summary>Deciphers a secret of a verified application.</summary>
    /// <returns>The clear value; the caller zeroes it.</returns>
    /// <exception cref="PreparedJobException">It does not have the length that the record says.</exception>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public static byte[] Decipher(TransportKeyRing ring, PreparedApplication application, PreparedGrouping grouping)
    {
        ArgumentNullException.ThrowIfNull(ring);
        ArgumentNullException.ThrowIfNull(application);
        ArgumentNullException.ThrowIfNull(grouping);
        return ring.Get(application.Kek).Decipher(grouping.Value.Span, grouping.PlainLength)
            ?? throw new PreparedJobException(
                $"{application.Name}/{grouping.Dgi}", "the secret does not have the length that the record says.");
    }

    static void VerifyRecord(TransportKeyRing ring, PreparedRecord record)
    {
        var mac = ring.Sealing.RecordMac(record.Number, ring.Header.PassId.Span, record.Covered.Span);
        if (!CryptographicOperations.FixedTimeEquals(mac, record.Mac.Span))
            throw new PreparedJobException(null, "the record's MAC is wrong: it was changed after preparation.");
    }

    static PreparedApplication Verify(TransportKeyRing ring, PreparedRecord record, SealedApplication application)
    {
        var place = Name(application);
        // Not believed before the MAC is right, but needed to know the key and to name the application.
        var (content, failure) = Decode(place, application.Content);
        if (content is { } known && known.Kek < ring.Header.Keks.Count)
        {
            var mac = ring.Get(known.Kek).ApplicationMac(record.Number, record.CardObjectId, application.Place, application.Content.Span);
            if (CryptographicOperations.FixedTimeEquals(mac, application.Mac.Span))
                return known;
        }

        var isName = content is { Name.Length: > 0 }
            && content.Name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
        throw new PreparedJobException(
            isName ? $"{place} ({content!.Name})" : place, "its MAC is wrong: it was changed after preparation.", failure);
    }

    static string Name(SealedApplication application) => $"application {application.Place + 1}";

    static (PreparedApplication? Application, PreparedJobException? Failure) Decode(string place, ReadOnlyMemory<byte> content)
    {
        try
        {
            return (PreparedApplication.Decode(place, content), null);
        }
        catch (PreparedJobException e)
        {
            return (null, e);
        }
    }
}
