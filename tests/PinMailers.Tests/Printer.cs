using System.Security.Cryptography.X509Certificates;

namespace PersoMesh.PinMailers.Tests;

/// <summary>A mail printer with key, certificate and spool folder of its own, made by OpenSSL.</summary>
public sealed class Printer : IDisposable
{
    public Printer()
    {
        Tool.OpenSsl(
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", Key, "-out", Certificate, "-days", "30",
            "-subj", "/CN=Mail printer", "-addext", "keyUsage=critical,keyEncipherment");
        Directory.CreateDirectory(Spool);
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("persomesh-mailer-").FullName;

    public string Spool => Path.Combine(Folder, "spool");

    public string Key => Path.Combine(Folder, "key.pem");

    public string Certificate => Path.Combine(Folder, "cert.pem");

    public PrinterEnvelope Envelope(TimeProvider? time = null) => PrinterEnvelope.Load(Certificate, time ?? TimeProvider.System);

    /// <summary>The text of each page, as OpenSSL decrypts and Poppler reads it.</summary>
    public string[] Read(string path)
    {
        var pdf = Path.Combine(Folder, "out.pdf");
        Tool.OpenSsl("cms", "-decrypt", "-inform", "DER", "-in", path, "-recip", Certificate, "-inkey", Key, "-out", pdf);
        var text = Tool.Poppler("pdftotext", "-layout", "-enc", "UTF-8", pdf, "-");
        File.Delete(pdf);
        return text.TrimEnd('\f').Split('\f');
    }

    /// <summary>A certificate of a kind of its own.</summary>
    public X509Certificate2 Make(params string[] options)
    {
        var path = Path.Combine(Folder, "other.pem");
        var key = Path.Combine(Folder, "other.key");
        Tool.OpenSsl(["req", "-x509", "-nodes", "-keyout", key, "-out", path, "-days", "30", "-subj", "/CN=x", .. options]);
        return X509CertificateLoader.LoadCertificateFromFile(path);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
