using System.Runtime.CompilerServices;
using PersoMesh.Keys;
using PersoMesh.Perso.Commands;
using PersoMesh.PreparedJobs;

namespace PersoMesh.Perso.Preparing;

/// <summary>What a pass must know of a record that it may add to.</summary>
/// <param name="Number">The record's number.</param>
/// <param name="Present">An application of the pass that the record has already; null when it has none.</param>
sealed record KnownRecord(long Number, string? Present);

/// <summary>A prepared file that a pass adds to. It is only read.</summary>
sealed class FileToAddTo : IDisposable
{
    readonly FileStream _file;
    readonly ISecuritySession _session;
    readonly TransportKeyRing _ring;
    readonly IReadOnlySet<int> _keks;

    FileToAddTo(FileStream file, ISecuritySession session, TransportKeyRing ring) =>
        (_file, _session, _ring, _keks) = (file, session, ring, ring.InModule());

    /// <summary>Its header.</summary>
    public PreparedHeader Header => _ring.Header;

    /// <summary>Opens a file and reads its header, which is not verified yet.</summary>
    /// <exception cref="PreparedJobException">It is no prepared file.</exception>
    public static async Task<FileToAddTo> OpenAsync(string path, ISecurityModule module, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
            throw new UserErrorException($"There is no file '{path}'.");
        var file = File.OpenRead(path);
        try
        {
            var header = await new PreparedFileReader(file).ReadHeaderAsync(cancellationToken);
            var session = module.OpenSession();
            return new FileToAddTo(file, session, new TransportKeyRing(session, header));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Verifies the whole file: its MAC, every record's, and those of the applications under keys of this token.</summary>
    /// <param name="pass">The pass that adds to it.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>The records by card object identifier.</returns>
    /// <exception cref="PreparedJobException">Something was changed; names record and application. Or a card object comes twice.</exception>
    public async Task<Dictionary<string, KnownRecord>> VerifyAsync(PreparationPass pass, CancellationToken cancellationToken)
    {
        Dictionary<string, KnownRecord> known = new(StringComparer.Ordinal);
        var names = pass.Applications.ToDictionary(placed => placed.Place, placed => placed.Application.Name);
        await foreach (var record in RecordsAsync(cancellationToken))
        {
            var present = record.Applications.Select(application => names.GetValueOrDefault(application.Place)).OfType<string>().FirstOrDefault();
            if (!known.TryAdd(record.CardObjectId, new KnownRecord(record.Number, present)))
                throw new PreparedJobException($"record {record.Number}", $"card object {record.CardObjectId} is twice in the file.");
        }

        return known;
    }

    /// <summary>Reads the file from its beginning; each record is verified, and with the last the file.</summary>
    /// <exception cref="PreparedJobException">Something was changed; names record and application.</exception>
    public async IAsyncEnumerable<PreparedRecord> RecordsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _file.Position = 0;
        var reader = new PreparedFileReader(_file);
        await reader.ReadHeaderAsync(cancellationToken);
        var places = 0L;
        await foreach (var place in reader.ReadRecordsAsync(cancellationToken))
        {
            places++;
            yield return Verify(place);
        }

        RecordOpening.VerifyFile(_ring, reader.Trailer!, places);
    }

    public void Dispose()
    {
        _ring.Dispose();
        _session.Dispose();
        _file.Dispose();
    }

    PreparedRecord Verify(PreparedPlace place)
    {
        var where = $"record {place.Place}";
        if (place.Modules is not { } modules)
            throw new PreparedJobException(where, "its frame is damaged.");
        if (place.Number != place.Place)
        {
            throw new PreparedJobException(
                where, $"record {place.Number} stands in its place: records were swapped or repeated, or a number changed.");
        }

        try
        {
            var record = PreparedRecord.Decode(Header, place.Number, modules);
            RecordOpening.VerifyBeforeAdding(_ring, record, _keks);
            return record;
        }
        catch (PreparedJobException e)
        {
            throw new PreparedJobException(e.Where is null ? where : $"{where}, {e.Where}", e.Reason, e);
        }
    }
}
