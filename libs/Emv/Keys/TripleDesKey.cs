using PersoMesh.Keys;

namespace PersoMesh.Emv;

static class TripleDesKey
{
    public static void Require(ISecretKey key, string name)
    {
        ArgumentNullException.ThrowIfNull(key, name);
        if (key.Algorithm != KeyAlgorithm.TripleDes)
            throw new ArgumentException("This calculation needs a 3DES key.", name);
    }
}
