using PersoMesh.Emv.Tests;

namespace PersoMesh.EndToEnd.Tests.Support;

/// <summary>Ciphers of the openssl program.</summary>
static class OpenSslCipher
{
    /// <summary>Triple DES in ECB mode without padding.</summary>
    /// <param name="key">16 bytes; two equal halves make it single DES.</param>
    /// <param name="data">Whole blocks of 8 bytes.</param>
    /// <param name="decrypt">The other way round.</param>
    public static byte[] TripleDes(byte[] key, byte[] data, bool decrypt = false) =>
        OpenSsl.Run($"enc {(decrypt ? "-d" : "-e")} -des-ede3 -nopad -K {Convert.ToHexString([.. key, .. key[..8]])}", data);
}
