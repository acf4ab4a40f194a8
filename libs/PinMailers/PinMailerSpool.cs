namespace PersoMesh.PinMailers;

/// <summary>
/// The folder that the mail printer fetches its work from. A file appears in it whole or not at all; its name and content link it to no
/// card. Thread-safe.
/// </summary>
/// <param name="folder">An existing folder, on one file system.</param>
/// <param name="envelope">Encryption for the printer.</param>
public sealed class PinMailerSpool(string folder, PrinterEnvelope envelope)
{
    /// <summary>What the names of finished files end with.</summary>
    public const string Extension = ".p7m";

    /// <summary>Renders mailers, encrypts them and puts them into the folder.</summary>
    /// <param name="id">
    /// A random identifier of this piece of work: the name of the file. The same one given again, after a crash or a repeated message,
    /// replaces the file as long as the printer has not fetched it.
    /// </param>
    /// <param name="template">How they look.</param>
    /// <param name="mailers">One for each page.</param>
    /// <param name="cancellationToken">Stops before the file appears.</param>
    /// <returns>Path of the file.</returns>
    /// <exception cref="PinMailerException">A mailer cannot be printed, or the printer's certificate is not valid.</exception>
    /// <exception cref="IOException">The folder is missing or full.</exception>
    public async Task<string> WriteAsync(
        Guid id, PinMailerTemplate template, IReadOnlyList<PinMailer> mailers, CancellationToken cancellationToken)
    {
        byte[] encrypted;
        using (var document = PinMailerDocument.Render(template, mailers))
            encrypted = envelope.Encrypt(document);

        var path = Path.Combine(folder, $"{id:N}{Extension}");
        var unfinished = Path.Combine(folder, $".{id:N}.{Guid.NewGuid():N}.tmp");
        try
        {
            var options = new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                Options = FileOptions.Asynchronous,
            };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
            var file = new FileStream(unfinished, options);
            await using (file.ConfigureAwait(false))
            {
                await file.WriteAsync(encrypted, cancellationToken).ConfigureAwait(false);
                await file.FlushAsync(cancellationToken).ConfigureAwait(false);
                // On the disk before it has its name: after a power cut there is no empty mailer.
                file.Flush(flushToDisk: true);
            }

            File.Move(unfinished, path, overwrite: true);
            return path;
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }
    }
}
