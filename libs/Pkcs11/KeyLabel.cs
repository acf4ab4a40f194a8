using System.Text;

namespace PersoMesh.Pkcs11;

/// <summary>What may be a key's label.</summary>
static class KeyLabel
{
    public const int MaxBytes = 255;

    public static string Checked(string label)
    {
        ArgumentException.ThrowIfNullOrEmpty(label);
        return Encoding.UTF8.GetByteCount(label) <= MaxBytes
            ? label
            : throw new ArgumentException($"A key label has at most {MaxBytes} bytes in UTF-8.", nameof(label));
    }
}
