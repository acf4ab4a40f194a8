using PersoMesh.Keys;

namespace PersoMesh.Emv;

/// <summary>
/// A card verification key pair CVK A and CVK B. The calculation needs single DES under CVK A and triple DES under
/// CVK A‖CVK B. An HSM has no single-DES mechanism, so the module holds two 3DES keys: A‖A, which is single DES under A, and
/// A‖B. Import both when the key pair is loaded.
/// </summary>
/// <remarks>Not thread-safe; owns both keys.</remarks>
public sealed class CardVerificationKey : IDisposable
{
    readonly ISecretKey _left;
    readonly ISecretKey _pair;

    /// <summary>
    /// Takes both keys. Nobody can check that they belong together without reading them: compute a known CVV after the import.
    /// </summary>
    /// <param name="left">The 3DES key A‖A; owned from now on.</param>
    /// <param name="pair">The 3DES key A‖B; owned from now on.</param>
    /// <exception cref="ArgumentException">Not 3DES keys.</exception>
    public CardVerificationKey(ISecretKey left, ISecretKey pair)
    {
        TripleDesKey.Require(left, nameof(left));
        TripleDesKey.Require(pair, nameof(pair));
        (_left, _pair) = (left, pair);
    }

    /// <summary>Makes a key pair from a clear value: for tests and demonstration.</summary>
    /// <param name="value">16 bytes A‖B; copied.</param>
    /// <exception cref="ArgumentException">Wrong length, or A is a weak DES key.</exception>
    public static CardVerificationKey FromClear(ReadOnlySpan<byte> value)
    {
        if (value.Length != 16)
            throw new ArgumentException($"A card verification key pair has 16 bytes, got {value.Length}.", nameof(value));
        var left = new SoftwareKey(KeyAlgorithm.TripleDes, [.. value[..8], .. value[..8]]);
        return new CardVerificationKey(left, new SoftwareKey(KeyAlgorithm.TripleDes, value));
    }

    /// <summary>DES under A, then the second block is added, then triple DES under A‖B.</summary>
    internal void Encipher(ReadOnlySpan<byte> twoBlocks, Span<byte> result)
    {
        _left.EncryptEcb(twoBlocks[..8], result);
        for (var i = 0; i < 8; i++)
            result[i] ^= twoBlocks[8 + i];
        _pair.EncryptEcb(result, result);
    }

    /// <summary>Lets go of both keys.</summary>
    public void Dispose()
    {
        _left.Dispose();
        _pair.Dispose();
    }
}
