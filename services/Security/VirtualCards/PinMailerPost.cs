using System.Security.Cryptography;
using PersoMesh.Contracts.Preparation;
using PersoMesh.Hosting;
using PersoMesh.Keys;
using PersoMesh.PinMailers;
using PersoMesh.Security.Preparation;
using PersoMesh.VirtualCards;

namespace PersoMesh.Security.VirtualCards;

/// <summary>Writes PIN mailers to the mail printer's spool, encrypted for its certificate.</summary>
sealed class PinMailerPost : IDisposable
{
    const int NameLength = 16;

    readonly PrinterEnvelope? _envelope;
    readonly PinMailerSpool? _spool;

    /// <exception cref="MeshConfigurationException">The certificate or the folder cannot be used.</exception>
    public PinMailerPost(PinMailerOptions? settings, TimeProvider time)
    {
        if (settings is null)
            return;
        try
        {
            _envelope = PrinterEnvelope.Load(settings.PrinterCertificate, time);
            _spool = new(Directory.CreateDirectory(settings.SpoolFolder).FullName, _envelope);
        }
        catch (Exception e) when (e is PinMailerException or CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new MeshConfigurationException($"Security:PinMailers cannot be used: {e.Message}", e);
        }
    }

    /// <summary>Sees before a card is spent that its mailer can be printed.</summary>
    /// <exception cref="PinMailerException">It cannot, or there is no spool.</exception>
    public void Check(PinMailerData letter, VirtualCard image)
    {
        if (_spool is null)
        {
            throw new PinMailerException(
                "the profile has a PIN mailer, but Security has no spool: set Security:PinMailers:SpoolFolder and Security:PinMailers:PrinterCertificate");
        }

        WithMailer(letter, image, mailer => PinMailerDocument.Render(Template(letter), [mailer]).Dispose());
    }

    /// <summary>
    /// Writes the mailer of a card that is good. The same card again replaces the letter that was not fetched yet: the name of the file comes from
    /// the image's identifier, by a MAC under the HSM's key, so that it does not lead from the letter to the card or back.
    /// </summary>
    public Task WriteAsync(ISecuritySession session, PinMailerData letter, VirtualCard image, CancellationToken cancellationToken)
    {
        var spool = _spool ?? throw new PinMailerException("Security has no spool for PIN mailers.");
        Span<byte> name = stackalloc byte[NameLength];
        using (var key = session.GetKey(ScriptVault.MacKeyLabel))
            key.Cmac([.. "pin-mailer\0"u8, .. Convert.FromHexString(image.Identifier)], name);
        var id = new Guid(name);
        var writing = Task.CompletedTask;
        WithMailer(letter, image, mailer => writing = spool.WriteAsync(id, Template(letter), [mailer], cancellationToken));
        return writing;
    }

    public void Dispose() => _envelope?.Dispose();

    static PinMailerTemplate Template(PinMailerData letter) => PinMailerTemplate.Letter(letter.Sender, letter.WithResettingCode);

    // The document is rendered before the first wait, so the buffers may be zeroed when the action returns.
    static void WithMailer(PinMailerData letter, VirtualCard image, Action<PinMailer> action)
    {
        var password = image.Password(letter.Password);
        byte[] pin = [.. password.Value], puk = [.. password.ResettingCode];
        try
        {
            action(new PinMailer
            {
                Fields = letter.Address.Select((line, index) => (line, index)).ToDictionary(l => $"address{l.index + 1}", l => l.line),
                Secrets = new Dictionary<string, ReadOnlyMemory<byte>> { ["pin"] = pin, ["puk"] = puk },
                CardNumber = letter.CardNumber,
            });
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pin);
            CryptographicOperations.ZeroMemory(puk);
        }
    }
}
