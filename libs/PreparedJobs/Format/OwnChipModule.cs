namespace PersoMesh.PreparedJobs;

/// <summary>The applications of a record in PersoMesh's own layout (docs/prepared-jobs.md).</summary>
static class OwnChipModule
{
    public static byte[] Write(IReadOnlyList<SealedApplication> applications)
    {
        var writer = new FieldWriter();
        writer.Byte(checked((byte)applications.Count));
        foreach (var application in applications)
        {
            writer.Byte(checked((byte)application.Place));
            writer.Int32(application.Content.Length);
            writer.Bytes(application.Content.Span);
            writer.Bytes(application.Mac.Span);
        }

        return writer.ToArray();
    }

    /// <exception cref="PreparedJobException">Malformed.</exception>
    public static SealedApplication[] Read(ReadOnlyMemory<byte> module)
    {
        var reader = new FieldReader("chip module", module);
        var applications = new SealedApplication[reader.Byte()];
        for (var i = 0; i < applications.Length; i++)
            applications[i] = new SealedApplication(reader.Byte(), reader.Take(reader.Int32()), reader.Take(PreparedApplication.MacLength));
        return reader.IsAtEnd ? applications : throw new PreparedJobException("chip module", "bytes after its end.");
    }
}
