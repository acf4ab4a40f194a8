using System.Globalization;

namespace PersoMesh.PinMailers;

/// <summary>
/// PIN mailers as a PDF document (PDF 1.4), one page a holder. It holds PINs in clear and lives in memory only: the spool encrypts it
/// before anything is written.
/// </summary>
/// <remarks>
/// Written here rather than by a library: secrets stay in buffers that are zeroed, where a library takes strings that nobody can erase;
/// and there is no date, no title and no producer in the document that could link it to a card or a run.
/// </remarks>
public sealed class PinMailerDocument : IDisposable
{
    const int CatalogObject = 1;
    const int PagesObject = 2;
    const int FirstFontObject = 3;
    static readonly string[] FontNames = ["Helvetica", "Helvetica-Bold", "Courier"];

    readonly SecretBuffer _output = new();
    readonly List<int> _offsets = [];

    PinMailerDocument()
    {
    }

    /// <summary>The document; a view that is zeroed on <see cref="Dispose"/>.</summary>
    public ReadOnlySpan<byte> Bytes => _output.Written;

    /// <summary>Renders mailers.</summary>
    /// <param name="template">How they look.</param>
    /// <param name="mailers">One for each page, at least one.</param>
    /// <returns>The document; the caller disposes it.</returns>
    /// <exception cref="PinMailerException">Something is missing, cannot be printed, or gives the card number away.</exception>
    public static PinMailerDocument Render(PinMailerTemplate template, IReadOnlyList<PinMailer> mailers)
    {
        ArgumentNullException.ThrowIfNull(template);
        ArgumentNullException.ThrowIfNull(mailers);
        if (mailers.Count == 0)
            throw new ArgumentException("A document has at least one page.", nameof(mailers));
        var document = new PinMailerDocument();
        try
        {
            document.Write(template, mailers);
            return document;
        }
        catch
        {
            document.Dispose();
            throw;
        }
    }

    /// <summary>Zeroes the document.</summary>
    public void Dispose() => _output.Dispose();

    // Objects: catalog, page tree, fonts, then page and content of each mailer.
    void Write(PinMailerTemplate template, IReadOnlyList<PinMailer> mailers)
    {
        var firstPage = FirstFontObject + FontNames.Length;
        _output.Write("%PDF-1.4\n");
        WriteObject(CatalogObject, $"<< /Type /Catalog /Pages {PagesObject} 0 R >>");
        var kids = string.Join(' ', mailers.Select((_, i) => $"{firstPage + (2 * i)} 0 R"));
        WriteObject(PagesObject, $"<< /Type /Pages /Count {mailers.Count} /Kids [{kids}] >>");
        for (var i = 0; i < FontNames.Length; i++)
            WriteObject(FirstFontObject + i, $"<< /Type /Font /Subtype /Type1 /BaseFont /{FontNames[i]} /Encoding /WinAnsiEncoding >>");

        var fonts = string.Join(' ', FontNames.Select((_, i) => $"/F{i} {FirstFontObject + i} 0 R"));
        var width = template.Width * PinMailerTemplate.PointsPerMillimetre;
        var height = template.Height * PinMailerTemplate.PointsPerMillimetre;
        var box = string.Create(CultureInfo.InvariantCulture, $"[0 0 {width:0.##} {height:0.##}]");
        for (var i = 0; i < mailers.Count; i++)
        {
            var page = firstPage + (2 * i);
            WriteObject(
                page,
                $"<< /Type /Page /Parent {PagesObject} 0 R /MediaBox {box} /Resources << /Font << {fonts} >> >> "
                + $"/Contents {page + 1} 0 R >>");
            using var content = new SecretBuffer();
            PageContent.Write(template, mailers[i], content);
            Begin(page + 1);
            _output.Write($"<< /Length {content.Length} >>\nstream\n");
            _output.Write(content.Written);
            _output.Write("\nendstream\nendobj\n");
        }

        WriteTrailer();
    }

    void WriteObject(int number, string dictionary)
    {
        Begin(number);
        _output.Write(dictionary);
        _output.Write("\nendobj\n");
    }

    void Begin(int number)
    {
        _offsets.Add(_output.Length);
        _output.Write($"{number} 0 obj\n");
    }

    // ISO 32000-1 §7.5.4: each entry of the table has exactly 20 bytes.
    void WriteTrailer()
    {
        var start = _output.Length;
        _output.Write($"xref\n0 {_offsets.Count + 1}\n0000000000 65535 f \n");
        foreach (var offset in _offsets)
            _output.Write($"{offset:D10} 00000 n \n");
        _output.Write($"trailer\n<< /Size {_offsets.Count + 1} /Root {CatalogObject} 0 R >>\nstartxref\n{start}\n%%EOF\n");
    }
}
