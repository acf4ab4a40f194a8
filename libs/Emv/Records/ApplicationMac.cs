using System.Security.Cryptography;
using PersoMesh.Keys;

namespace PersoMesh.Emv;

/// <summary>How the MAC of an application in a personalization record is computed.</summary>
public enum ApplicationMacAlgorithm
{
    /// <summary>
    /// The 4 leftmost bytes of the retail MAC with a 16-byte DES key, padding method 2, zero initial value: what EMV CPS is remembered to
    /// say; not verified against its text.
    /// </summary>
    RetailMac,

    /// <summary>The 8 leftmost bytes of CMAC with a 16-byte AES key: PersoMesh's own form for AES transport keys.</summary>
    AesCmac,
}

/// <summary>
/// The MAC that protects an application in a personalization record on its way from the issuer: made with a key of its own, which
/// travels in the record enciphered in ECB mode under the transport key.
/// </summary>
/// <param name="format">The layout, which says what the MAC covers: everything of the application before the MAC key.</param>
/// <param name="algorithm">The algorithm.</param>
/// <remarks>
/// The MAC key is in process memory for the duration of a call: a token without an unwrap mechanism for the transport key's mode cannot
/// hold it. It protects one record and nothing else.
/// </remarks>
public sealed class ApplicationMac(IcModuleFormat format, ApplicationMacAlgorithm algorithm)
{
    const int KeyLength = 16;

    /// <summary>Length of the MAC in bytes.</summary>
    public int Length => algorithm == ApplicationMacAlgorithm.RetailMac ? 4 : 8;

    /// <summary>Draws a MAC key and adds it, enciphered, and the MAC to an application.</summary>
    /// <param name="application">The application; any MAC that it has is replaced.</param>
    /// <param name="transportKey">The transport key (KEK).</param>
    /// <param name="fillRandom">The random number generator of the security module; the platform's when null.</param>
    /// <returns>A copy with MAC key and MAC.</returns>
    /// <exception cref="ArgumentException">A value does not fit into its field.</exception>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public IcApplication Seal(IcApplication application, ISecretKey transportKey, Action<Span<byte>>? fillRandom = null)
    {
        ArgumentNullException.ThrowIfNull(application);
        ArgumentNullException.ThrowIfNull(transportKey);
        Span<byte> key = stackalloc byte[KeyLength];
        try
        {
            RandomNibbles.FillRandom(key, fillRandom);
            var enciphered = new byte[KeyLength];
            transportKey.EncryptEcb(key, enciphered);
            return application with { EncipheredMacKey = enciphered, Mac = Compute(application, key) };
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>Checks the MAC of an application that was received.</summary>
    /// <param name="application">The application.</param>
    /// <param name="transportKey">The transport key (KEK).</param>
    /// <returns>False when it has no MAC, or another.</returns>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public bool Verify(IcApplication application, ISecretKey transportKey)
    {
        ArgumentNullException.ThrowIfNull(application);
        ArgumentNullException.ThrowIfNull(transportKey);
        if (application.EncipheredMacKey.Length != KeyLength || application.Mac.Length != Length)
            return false;
        Span<byte> key = stackalloc byte[KeyLength];
        try
        {
            transportKey.DecryptEcb(application.EncipheredMacKey.Span, key);
            return CryptographicOperations.FixedTimeEquals(Compute(application, key), application.Mac.Span);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    byte[] Compute(IcApplication application, ReadOnlySpan<byte> key)
    {
        var covered = format.WriteCovered(application);
        Span<byte> mac = stackalloc byte[16];
        if (algorithm == ApplicationMacAlgorithm.AesCmac)
        {
            using var aes = new SoftwareKey(KeyAlgorithm.Aes, key);
            aes.Cmac(covered, mac);
        }
        else
        {
            using var retail = RetailMacKey.FromClear(key);
            PaddedRetailMac.Compute(retail, covered, CryptogramPadding.Method2, mac[..8]);
        }

        return mac[..Length].ToArray();
    }
}
