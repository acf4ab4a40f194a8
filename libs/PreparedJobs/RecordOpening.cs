using System.Security.Cryptography;
using PersoMesh.Keys;

namespace PersoMesh.PreparedJobs;

/// <summary>What a bureau's Security service does with a record: verify every MAC in the module, then decipher the secrets.</summary>
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
        if (!CryptographicOperations.FixedTimeEquals(ring.Get(0).FileMac(header.Encode(), trailer.Count), trailer.Mac.Span))
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

    /// <summary>Deciphers the file's data key, once the file's MAC was verified.</summary>
    /// <returns><see cref="CardholderCipher.KeyLength"/> bytes; the caller zeroes them.</returns>
    /// <exception cref="PreparedJobException">It does not have that length.</exception>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public static byte[] DecipherDataKey(TransportKeyRing ring)
    {
        ArgumentNullException.ThrowIfNull(ring);
        return ring.Get(0).Decipher(ring.Header.DataKey.Span, CardholderCipher.KeyLength)
            ?? throw new PreparedJobException("file header", "its data key does not have the length that it must have.");
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
        var applications = new PreparedApplication[record.Applications.Count];
        for (var i = 0; i < applications.Length; i++)
            applications[i] = Verify(ring, record, i);
        return CryptographicOperations.FixedTimeEquals(ring.Get(0).RecordMac(record.Number, record.Covered.Span), record.Mac.Span)
            ? applications
            : throw new PreparedJobException(null, "the record's MAC is wrong: it was changed after preparation.");
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

    static PreparedApplication Verify(TransportKeyRing ring, PreparedRecord record, int index)
    {
        var place = $"application {index + 1}";
        var content = record.Applications[index].Content;
        // Not believed before the MAC is right, but needed to know the key and to name the application.
        var (application, failure) = Decode(place, content);
        if (application is { } known && known.Kek < ring.Header.Keks.Count)
        {
            var mac = ring.Get(known.Kek).ApplicationMac(record.Number, record.CardObjectId, index, content.Span);
            if (CryptographicOperations.FixedTimeEquals(mac, record.Applications[index].Mac.Span))
                return known;
        }

        var isName = application is { Name.Length: > 0 }
            && application.Name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
        throw new PreparedJobException(
            isName ? $"{place} ({application!.Name})" : place, "its MAC is wrong: it was changed after preparation.", failure);
    }

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
