using System.Security.Cryptography;
using PersoMesh.DataKeys;

namespace PersoMesh.Fixtures;

/// <summary>Stands in for the HSM: wraps data keys with AES-GCM under a key of its own.</summary>
public sealed class SoftwareKeyWrapper : IDataKeyWrapper
{
    readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    /// <summary>How many keys were opened.</summary>
    public int Opened { get; private set; }

    public Task<(byte[] Wrapped, DataKey Key)> MakeAsync(Guid jobId, CancellationToken cancellationToken)
    {
        var value = RandomNumberGenerator.GetBytes(DataKey.KeyLength);
        using var cipher = new AesGcm(_key, 16);
        var wrapped = new byte[12 + 16 + value.Length];
        RandomNumberGenerator.Fill(wrapped.AsSpan(0, 12));
        cipher.Encrypt(wrapped.AsSpan(0, 12), value, wrapped.AsSpan(28), wrapped.AsSpan(12, 16), jobId.ToByteArray());
        return Task.FromResult((wrapped, new DataKey(value)));
    }

    public Task<DataKey> OpenAsync(Guid jobId, byte[] wrapped, CancellationToken cancellationToken)
    {
        Opened++;
        using var cipher = new AesGcm(_key, 16);
        var value = new byte[DataKey.KeyLength];
        cipher.Decrypt(wrapped.AsSpan(0, 12), wrapped.AsSpan(28), wrapped.AsSpan(12, 16), value, jobId.ToByteArray());
        return Task.FromResult(new DataKey(value));
    }
}
