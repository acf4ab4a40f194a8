using System.Security.Cryptography;
using System.Text;

namespace PersoMesh.PinMailers;

/// <summary>A growing buffer that leaves no copy behind: zeroed when it grows and when it is disposed.</summary>
sealed class SecretBuffer : IDisposable
{
    byte[] _bytes = new byte[16 * 1024];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public void Write(byte value) => Reserve(1)[0] = value;

    public void Write(ReadOnlySpan<byte> value) => value.CopyTo(Reserve(value.Length));

    /// <summary>Writes ASCII text, which is no secret.</summary>
    public void Write(string text) => Encoding.ASCII.GetBytes(text, Reserve(text.Length));

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_bytes);
        Length = 0;
    }

    Span<byte> Reserve(int count)
    {
        if (_bytes.Length - Length < count)
        {
            var grown = new byte[Math.Max(2 * _bytes.Length, Length + count)];
            Written.CopyTo(grown);
            CryptographicOperations.ZeroMemory(_bytes);
            _bytes = grown;
        }

        Length += count;
        return _bytes.AsSpan(Length - count, count);
    }
}
