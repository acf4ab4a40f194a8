using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace PersoMesh.Keys;

/// <summary>
/// A security module in process memory: the embedded demonstration and tests. It protects nothing; the service that
/// starts it says so.
/// </summary>
public sealed class SoftwareSecurityModule : ISecurityModule
{
    readonly ConcurrentDictionary<string, (KeyAlgorithm Algorithm, byte[] Value)> _keys = new(StringComparer.Ordinal);

    /// <inheritdoc />
    public string Name => "in-process security module (demonstration only)";

    /// <inheritdoc />
    public bool IsForDemonstrationOnly => true;

    /// <summary>Adds or replaces a key; copies the value.</summary>
    public void AddKey(string label, KeyAlgorithm algorithm, ReadOnlySpan<byte> value)
    {
        using var usable = new SoftwareKey(algorithm, value);
        _keys[label] = (algorithm, value.ToArray());
    }

    /// <inheritdoc />
    public ISecuritySession OpenSession() => new Session(this);

    /// <summary>Zeroes all key values.</summary>
    public void Dispose()
    {
        foreach (var (_, key) in _keys)
            CryptographicOperations.ZeroMemory(key.Value);
        _keys.Clear();
    }

    sealed class Session(SoftwareSecurityModule module) : ISecuritySession
    {
        public ISecretKey GetKey(string label) => module._keys.TryGetValue(label, out var key)
            ? new SoftwareKey(key.Algorithm, key.Value)
            : throw new KeyNotFoundInModuleException(label, module.Name, 0);

        public void GenerateRandom(Span<byte> output) => RandomNumberGenerator.Fill(output);

        public void Dispose()
        {
        }
    }
}
