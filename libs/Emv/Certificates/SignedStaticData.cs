using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace PersoMesh.Emv;

/// <summary>Signed Static Application Data, tag 93, for static data authentication (EMV 4.3 Book 2 §5.1 table 3, §5.4).</summary>
public static class SignedStaticData
{
    const byte Format = 0x03;
    const string Clause = "Book 2 §5.4";
    const string Name = "the signed static application data (93)";

    /// <summary>Signs the static data and checks the signature.</summary>
    /// <param name="issuer">The issuer's private key.</param>
    /// <param name="issuerKey">The issuer's public key.</param>
    /// <param name="dataAuthenticationCode">The issuer's code; a terminal stores it under tag 9F45.</param>
    /// <param name="staticData">The static data to be authenticated.</param>
    /// <returns>The value of tag 93, as long as the issuer's modulus.</returns>
    /// <exception cref="CryptographicException">The signature does not open with <paramref name="issuerKey"/>.</exception>
    /// <exception cref="PersoMesh.Keys.SecurityModuleException">The token refused.</exception>
    public static byte[] Sign(IRsaSigner issuer, RsaPublicKey issuerKey, ushort dataAuthenticationCode, ReadOnlySpan<byte> staticData)
    {
        ArgumentNullException.ThrowIfNull(issuer);
        ArgumentNullException.ThrowIfNull(issuerKey);
        var message = new byte[issuerKey.ModulusLength - RecoverableSignature.Overhead];
        message.AsSpan().Fill(RecoverableSignature.Pad);
        message[0] = Format;
        message[1] = RecoverableSignature.HashAlgorithm;
        message[2] = (byte)(dataAuthenticationCode >> 8);
        message[3] = (byte)dataAuthenticationCode;
        return RecoverableSignature.Sign(issuer, issuerKey, message, staticData);
    }

    /// <summary>Verifies tag 93.</summary>
    /// <param name="issuerKey">The issuer's public key, recovered from its certificate.</param>
    /// <param name="signature">The value of tag 93.</param>
    /// <param name="staticData">The static data to be authenticated.</param>
    /// <param name="dataAuthenticationCode">What goes to tag 9F45.</param>
    /// <param name="failure">What is wrong.</param>
    /// <returns>False when static data authentication has failed.</returns>
    public static bool TryVerify(
        RsaPublicKey issuerKey,
        ReadOnlySpan<byte> signature,
        ReadOnlySpan<byte> staticData,
        out ushort dataAuthenticationCode,
        [NotNullWhen(false)] out VerificationFailure? failure)
    {
        ArgumentNullException.ThrowIfNull(issuerKey);
        dataAuthenticationCode = 0;
        if (!RecoverableSignature.TryOpen(Clause, Name, Format, issuerKey, signature, out var message, out var hash, out failure))
            return false;
        if (message[1] != RecoverableSignature.HashAlgorithm)
            failure = new(Clause, 6, "the hash algorithm indicator is not 01 (SHA-1)");
        else if (!RecoverableSignature.HashMatches(message, staticData, hash))
            failure = new(Clause, 7, "the hash differs: a record that the AFL marks, or the AIP, is not what was signed");
        else
            dataAuthenticationCode = (ushort)((message[2] << 8) | message[3]);
        return failure is null;
    }
}
