using System.Runtime.InteropServices;
using PersoMesh.Perso.Commands;

namespace PersoMesh.Perso.Bench.Preparing;

/// <summary>
/// RSA key generation by OpenSSL's library itself: what <c>openssl genrsa</c> does, without a process for each key. Measures only.
/// </summary>
static partial class LibCrypto
{
    const string Library = "libcrypto.so.3";

    /// <exception cref="UserErrorException">OpenSSL 3 is not installed, or refuses.</exception>
    public static void GenerateRsa(int bits, int exponent)
    {
        nint rsa = 0, e = 0;
        try
        {
            (rsa, e) = (New(), NewNumber());
            if (SetWord(e, (nuint)exponent) != 1 || Generate(rsa, bits, e, 0) != 1)
                throw new UserErrorException($"OpenSSL makes no RSA key of {bits} bits with exponent {exponent}.");
        }
        catch (Exception failure) when (failure is DllNotFoundException or EntryPointNotFoundException)
        {
            throw new UserErrorException($"The bench needs OpenSSL 3 ({Library}) to compare with: run 'apt-get install openssl'.", failure);
        }
        finally
        {
            if (rsa != 0)
                Free(rsa);
            if (e != 0)
                FreeNumber(e);
        }
    }

    [LibraryImport(Library, EntryPoint = "RSA_new")]
    private static partial nint New();

    [LibraryImport(Library, EntryPoint = "RSA_free")]
    private static partial void Free(nint rsa);

    [LibraryImport(Library, EntryPoint = "BN_new")]
    private static partial nint NewNumber();

    [LibraryImport(Library, EntryPoint = "BN_free")]
    private static partial void FreeNumber(nint number);

    [LibraryImport(Library, EntryPoint = "BN_set_word")]
    private static partial int SetWord(nint number, nuint word);

    [LibraryImport(Library, EntryPoint = "RSA_generate_key_ex")]
    private static partial int Generate(nint rsa, int bits, nint exponent, nint callback);
}
