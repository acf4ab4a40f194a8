using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace PersoMesh.Emv;

static class SecretText
{
    public static bool FixedTimeEquals(ReadOnlySpan<char> left, ReadOnlySpan<char> right) =>
        CryptographicOperations.FixedTimeEquals(MemoryMarshal.AsBytes(left), MemoryMarshal.AsBytes(right));
}
