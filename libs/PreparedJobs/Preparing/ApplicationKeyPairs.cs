using System.Security.Cryptography;
using PersoMesh.Profiles;

namespace PersoMesh.PreparedJobs;

/// <summary>The key pairs of one application of one card; zeroed when it is let go.</summary>
sealed class ApplicationKeyPairs : IDisposable
{
    RSAParameters _authentication;
    RSAParameters _pinEncipherment;

    /// <summary>Takes the key pairs that an application needs.</summary>
    /// <exception cref="PersoMesh.Keys.SecurityModuleException">The token refused.</exception>
    public ApplicationKeyPairs(CardApplication application, CardKeySource source)
    {
        try
        {
            if (application.KeyPair is { } pair)
                _authentication = source(pair.Bits, pair.Exponent);
            if (application.PinKeyPair is { } pinPair)
                _pinEncipherment = source(pinPair.Bits, pinPair.Exponent);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>A key pair; still owned by this object.</summary>
    public RSAParameters Of(CardKeyUse use) => use == CardKeyUse.PinEncipherment ? _pinEncipherment : _authentication;

    /// <summary>Zeroes both.</summary>
    public void Dispose()
    {
        KeyPairStore.Zero(_authentication);
        KeyPairStore.Zero(_pinEncipherment);
    }
}
