using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PersoMesh.Keys;

namespace PersoMesh.Perso.Samples;

/// <summary>
/// Made-up holders with a key pair each, certified by a made-up authority; the private key is wrapped under the demonstration's KEK-ID. Key pairs
/// are new every time: the same seed gives the same names only.
/// </summary>
static class IdPkcs15Samples
{
    const int ModulusBits = 2048;

    public static IEnumerable<IReadOnlyDictionary<string, string>> Generate(int cards, int seed)
    {
        var random = new Random(seed);
        var kek = DemoKeyFile.Read(InstallFolder.DemoKeys, "KEK-ID");
        using var kekKey = new SoftwareKey(kek.Algorithm, Convert.FromHexString(kek.Value));
        using var authorityKey = RSA.Create(ModulusBits);
        using var authority = Authority(authorityKey);
        for (var i = 1; i <= cards; i++)
        {
            var (first, last) = Names.Pick(random);
            using var key = RSA.Create(ModulusBits);
            using var certificate = Certify(key, $"ID{seed % 100:00}{i:000000}", authority);
            yield return new Dictionary<string, string>
            {
                ["cardId"] = $"ID{seed % 100:00}{i:000000}",
                ["firstName"] = first,
                ["lastName"] = last,
                ["street"] = $"Example Street {random.Next(1, 200)}",
                ["town"] = "10115 Berlin",
                ["personalNumber"] = $"{random.NextInt64(1_000_000_000, 9_999_999_999)}",
                ["certificate"] = Convert.ToBase64String(certificate.RawData),
                ["publicKey"] = Convert.ToBase64String(key.ExportRSAPublicKey()),
                ["privateKey"] = Convert.ToBase64String(Wrap(key, kekKey)),
            };
        }
    }

    static X509Certificate2 Authority(RSA key)
    {
        var request = new CertificateRequest("CN=Demo Republic Identity CA, O=Demo Republic", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddYears(20));
    }

    static X509Certificate2 Certify(RSA key, string serialNumber, X509Certificate2 authority)
    {
        var request = new CertificateRequest($"CN=Holder of card {serialNumber}, O=Demo Republic", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.NonRepudiation | X509KeyUsageFlags.DigitalSignature, critical: true));
        var now = TimeProvider.System.GetUtcNow();
        return request.Create(authority, now.AddHours(-1), now.AddYears(5), RandomNumberGenerator.GetBytes(8));
    }

    // What the card keeps: the five values of the Chinese remainder theorem, 128 bytes each.
    static byte[] Wrap(RSA key, SoftwareKey kek)
    {
        var values = key.ExportParameters(includePrivateParameters: true);
        byte[] secret = [.. values.P!, .. values.Q!, .. values.DP!, .. values.DQ!, .. values.InverseQ!];
        var wrapped = AesKeyWrap.Wrap(kek, secret);
        CryptographicOperations.ZeroMemory(secret);
        return wrapped;
    }
}
