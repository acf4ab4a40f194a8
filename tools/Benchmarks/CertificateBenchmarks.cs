using System.Numerics;
using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using PersoMesh.Emv;

namespace PersoMesh.Benchmarks;

/// <summary>EMV certificates with an issuer key of 1408 bits in memory. Each one that is built is opened again before it is given out.</summary>
public class CertificateBenchmarks
{
    static readonly IReadOnlyDictionary<string, byte[]> Card = Vectors.Read();

    readonly SoftwareRsaSigner _issuer = new(FromPrimes("issuer"));
    readonly byte[] _staticData = Card["staticData"];
    readonly CertificateContent _content =
        CertificateContent.ForIcc(Pan.Parse("1234560012345608"), new ExpiryMonth(2029, 12), 1, new RsaPublicKey(Card["iccModulus"], [0x03]));

    readonly PublicKeyCertificate _certificate = new(CertificateKind.IccPublicKey, Card["9F46"], default, new byte[] { 0x03 });

    [Benchmark(Description = "ICC certificate build, 1408 bits")]
    public PublicKeyCertificate Build() => PublicKeyCertificate.Issue(_issuer, _issuer.PublicKey, _content, _staticData);

    [Benchmark(Description = "ICC certificate recover, 1408 bits")]
    public bool Recover() => _certificate.TryRecover(_issuer.PublicKey, _staticData, out _, out _);

    static RSAParameters FromPrimes(string owner)
    {
        var p = Number(Card[$"{owner}Prime1"]);
        var q = Number(Card[$"{owner}Prime2"]);
        var length = Card[$"{owner}Modulus"].Length;
        var half = (length + 1) / 2;
        var phi = (p - 1) * (q - 1);
        var d = (phi + 1) % 3 == 0 ? (phi + 1) / 3 : ((2 * phi) + 1) / 3;
        return new RSAParameters
        {
            Modulus = Bytes(p * q, length),
            Exponent = [0x03],
            D = Bytes(d, length),
            P = Bytes(p, half),
            Q = Bytes(q, half),
            DP = Bytes(d % (p - 1), half),
            DQ = Bytes(d % (q - 1), half),
            InverseQ = Bytes(BigInteger.ModPow(q, p - 2, p), half),
        };
    }

    static BigInteger Number(byte[] value) => new(value, isUnsigned: true, isBigEndian: true);

    static byte[] Bytes(BigInteger value, int length)
    {
        var bytes = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[length - bytes.Length], .. bytes];
    }
}
