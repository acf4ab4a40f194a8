using PersoMesh.TestVectors;

namespace PersoMesh.Keys.Tests;

public class NistTests
{
    [Fact]
    public void Cbc_is_that_of_sp_800_38a() => Assert.All(NistVectors.Cbc, vector =>
    {
        using var key = KeyOf(vector.Key);
        var iv = Convert.FromHexString(NistVectors.CbcInitialValue);
        var buffer = Convert.FromHexString(NistVectors.Message);
        key.EncryptCbc(iv, buffer, buffer);
        Assert.Equal(vector.Ciphertext, Convert.ToHexString(buffer));
        key.DecryptCbc(iv, buffer, buffer);
        Assert.Equal(NistVectors.Message, Convert.ToHexString(buffer));
    });

    [Fact]
    public void Cmac_is_that_of_sp_800_38b() => Assert.All(NistVectors.Cmac, vector =>
    {
        using var key = KeyOf(vector.Key);
        var mac = new byte[vector.Mac.Length / 2];
        key.Cmac(Convert.FromHexString(NistVectors.Message).AsSpan(0, vector.Length), mac);
        Assert.Equal(vector.Mac, Convert.ToHexString(mac));
    });

    static SoftwareKey KeyOf(string hex)
    {
        var isAes = hex is not (NistVectors.TwoKeyTripleDes or NistVectors.ThreeKeyTripleDes);
        return new(isAes ? KeyAlgorithm.Aes : KeyAlgorithm.TripleDes, Convert.FromHexString(hex));
    }
}
