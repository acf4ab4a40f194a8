using System.Security.Cryptography;
using PersoMesh.Emv;
using PersoMesh.PreparedJobs;

namespace PersoMesh.Perso.Keys;

/// <summary>
/// A certification authority for demonstrations and tests: its private key lies in a file. No payment scheme has anything to do with it.
/// </summary>
sealed class TestAuthority
{
    public const int DefaultBits = 1408;
    public const byte DefaultIndex = 0xF1;

    /// <summary>From the range of proprietary identifiers (ISO/IEC 7816-5), which nobody can own.</summary>
    public static readonly byte[] DefaultRid = Convert.FromHexString("F050455253");

    readonly SoftwareRsaSigner _signer;
    readonly byte[] _rid;
    readonly byte _index;

    TestAuthority(RSAParameters key, byte[] rid, byte index)
    {
        (_signer, _rid, _index) = (new SoftwareRsaSigner(key), rid, index);
        PublicKey = new CaPublicKey(rid, index, _signer.PublicKey);
    }

    /// <summary>What terminals know.</summary>
    public CaPublicKey PublicKey { get; }

    /// <summary>Makes a key, or reads it when the file is there.</summary>
    public static TestAuthority Open(string keyFile)
    {
        using var rsa = RSA.Create(DefaultBits);
        if (File.Exists(keyFile))
            rsa.ImportFromPem(File.ReadAllText(keyFile));
        else
            WriteKey(keyFile, rsa.ExportPkcs8PrivateKeyPem());
        return new TestAuthority(rsa.ExportParameters(includePrivateParameters: true), DefaultRid, DefaultIndex);
    }

    /// <summary>Certifies the key of a request.</summary>
    public IssuerCertificate Certify(IssuerKeyRequest request, int serialNumber)
    {
        var certificate = PublicKeyCertificate.Issue(_signer, _signer.PublicKey, request.ToCertificateContent(serialNumber));
        return new IssuerCertificate(_rid, _index, request.Key, certificate);
    }

    /// <summary>The public key as <c>perso emv check --ca-key</c> reads it.</summary>
    public IEnumerable<string> PublicKeyLines() =>
    [
        "# A test authority of PersoMesh. It certifies nothing that a terminal in the field accepts.",
        $"rid={Convert.ToHexString(_rid)}",
        $"index={_index:X2}",
        $"modulus={Convert.ToHexString(_signer.PublicKey.Modulus.Span)}",
        $"exponent={Convert.ToHexString(_signer.PublicKey.Exponent.Span)}",
        $"checksum={Convert.ToHexString(PublicKey.ComputeCheckSum())}",
    ];

    static void WriteKey(string path, string pem)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new StreamWriter(path, options);
        file.WriteLine(pem);
    }
}
