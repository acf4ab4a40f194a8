using PersoMesh.PreparedJobs;

namespace PersoMesh.Translator.Translation;

/// <summary>Deciphers the cardholder data of a prepared record; each of its applications may be under another data key.</summary>
/// <param name="header">The file's header.</param>
/// <param name="dataKeys">32 bytes for each key encryption key of the header.</param>
sealed class DataCiphers(PreparedHeader header, byte[] dataKeys) : IDisposable
{
    readonly CardholderCipher?[] _ciphers = new CardholderCipher?[header.Keks.Count];

    /// <exception cref="PreparedJobException">The header has no such key encryption key.</exception>
    public CardholderCipher Get(int kek) => kek < _ciphers.Length
        ? _ciphers[kek] ??= new CardholderCipher(dataKeys.AsSpan(kek * CardholderCipher.KeyLength, CardholderCipher.KeyLength), header.FileId.Span)
        : throw new PreparedJobException(null, $"key encryption key {kek} is not in the file's header.");

    public void Dispose()
    {
        foreach (var cipher in _ciphers)
            cipher?.Dispose();
    }
}
