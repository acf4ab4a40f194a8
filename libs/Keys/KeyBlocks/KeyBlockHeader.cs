namespace PersoMesh.Keys;

/// <summary>What a key block says of its key (ANSI X9.143, formerly TR-31, tables 6 to 11).</summary>
/// <param name="Usage">Two characters: <c>K0</c> a key encryption key, <c>K1</c> a key block protection key, <c>P0</c> a PIN key …</param>
/// <param name="Algorithm">What the key is for: <c>A</c> AES, <c>T</c> 3DES.</param>
/// <param name="Mode">What the key may do: <c>B</c> both directions, <c>E</c> encipher, <c>D</c> decipher, <c>X</c> derive …</param>
/// <param name="Version">Two characters, <c>00</c> when keys have no version.</param>
/// <param name="Exportability"><c>E</c> under a trusted key, <c>N</c> not, <c>S</c> by its holder's rules.</param>
public sealed record KeyBlockHeader(string Usage, char Algorithm, char Mode, string Version, char Exportability)
{
    /// <summary>A key encryption key for AES that may be passed on.</summary>
    public static KeyBlockHeader KeyEncryptionKey { get; } = new("K0", 'A', 'B', "00", 'E');
}
