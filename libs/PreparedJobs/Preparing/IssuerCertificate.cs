using PersoMesh.Emv;

namespace PersoMesh.PreparedJobs;

/// <summary>What a payment scheme's certification authority made of an issuer's public key.</summary>
/// <param name="Rid">The scheme's registered application provider identifier, 5 bytes.</param>
/// <param name="CaIndex">Which of the scheme's keys signed.</param>
/// <param name="Key">The issuer's public key.</param>
/// <param name="Certificate">The certificate as cards carry it.</param>
public sealed record IssuerCertificate(ReadOnlyMemory<byte> Rid, byte CaIndex, RsaPublicKey Key, PublicKeyCertificate Certificate)
{
    /// <summary>Reads a certificate file: lines <c>NAME=HEX</c> with rid, index, modulus, exponent, certificate, remainder.</summary>
    /// <param name="lines">The lines; '#' begins a comment.</param>
    /// <exception cref="FormatException">A line is malformed, or a name is missing.</exception>
    public static IssuerCertificate Parse(IEnumerable<string> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        Dictionary<string, byte[]> values = new(StringComparer.Ordinal);
        foreach (var line in lines.Select(line => line.Split('#')[0].Trim()).Where(line => line.Length > 0))
        {
            var at = line.IndexOf('=', StringComparison.Ordinal);
            if (at < 1 || !values.TryAdd(line[..at].Trim(), Convert.FromHexString(line[(at + 1)..].Trim())))
                throw new FormatException("a line is not NAME=HEX, or a name comes twice");
        }

        foreach (var name in new[] { "rid", "index", "modulus", "exponent", "certificate", "remainder" })
        {
            if (!values.ContainsKey(name))
                throw new FormatException($"'{name}' is missing");
        }

        if (values["rid"].Length != 5 || values["index"].Length != 1)
            throw new FormatException("'rid' has 5 bytes and 'index' one");
        if (!RsaPublicKey.TryCreate(values["modulus"], values["exponent"], out var key))
            throw new FormatException("'modulus' and 'exponent' are no RSA key that EMV allows");
        var certificate = new PublicKeyCertificate(
            CertificateKind.IssuerPublicKey, values["certificate"], values["remainder"], values["exponent"]);
        return new IssuerCertificate(values["rid"], values["index"][0], key, certificate);
    }

    /// <summary>The text of a certificate file, which <see cref="Parse"/> reads. Nothing in it is secret.</summary>
    public IEnumerable<string> ToLines() =>
    [
        $"rid={Convert.ToHexString(Rid.Span)}",
        $"index={CaIndex:X2}",
        $"modulus={Convert.ToHexString(Key.Modulus.Span)}",
        $"exponent={Convert.ToHexString(Key.Exponent.Span)}",
        $"certificate={Convert.ToHexString(Certificate.Certificate.Span)}",
        $"remainder={Convert.ToHexString(Certificate.Remainder.Span)}",
    ];
}
