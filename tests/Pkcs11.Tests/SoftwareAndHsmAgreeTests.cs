using System.Security.Cryptography;
using PersoMesh.Keys;

namespace PersoMesh.Pkcs11.Tests;

/// <summary>The in-process module and the token compute the same, for random keys, data and lengths.</summary>
public sealed class SoftwareAndHsmAgreeTests(OpenModule hsm) : IClassFixture<OpenModule>
{
    public static TheoryData<KeyAlgorithm, int, KeyAlgorithm, int> Derivations
    {
        get
        {
            (KeyAlgorithm, int)[] kinds =
            [
                (KeyAlgorithm.TripleDes, 16), (KeyAlgorithm.TripleDes, 24),
                (KeyAlgorithm.Aes, 16), (KeyAlgorithm.Aes, 24), (KeyAlgorithm.Aes, 32),
            ];
            var data = new TheoryData<KeyAlgorithm, int, KeyAlgorithm, int>();
            foreach (var (parent, parentLength) in kinds)
            {
                foreach (var (derived, length) in kinds)
                    data.Add(parent, parentLength, derived, length);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Derivations))]
    public void Derived_keys_are_equal(KeyAlgorithm parent, int parentLength, KeyAlgorithm derived, int length)
    {
        var value = RandomNumberGenerator.GetBytes(parentLength);
        var label = Guid.NewGuid().ToString();
        hsm.SoftHsm.Import(label, parent, value);
        using var software = new SoftwareKey(parent, value);
        using var session = hsm.Module.OpenSession();
        using var token = session.GetKey(label);
        var block = parent == KeyAlgorithm.Aes ? 16 : 8;

        // Also longer than needed, where only the leading bytes may count.
        foreach (var dataLength in (int[])[(length + block - 1) / block * block, 48])
        {
            var data = RandomNumberGenerator.GetBytes(dataLength);
            var iv = RandomNumberGenerator.GetBytes(block);
            using (ISecretKey expected = software.DeriveEcb(data, derived, length), actual = token.DeriveEcb(data, derived, length))
                AssertEqual(expected, actual);
            using (ISecretKey expected = software.DeriveCbc(iv, data, derived, length), actual = token.DeriveCbc(iv, data, derived, length))
                AssertEqual(expected, actual);
        }
    }

    [Fact]
    public void Keys_derived_from_derived_keys_are_equal()
    {
        var value = RandomNumberGenerator.GetBytes(32);
        hsm.SoftHsm.Import("chain", KeyAlgorithm.Aes, value);
        using var software = new SoftwareKey(KeyAlgorithm.Aes, value);
        using var session = hsm.Module.OpenSession();
        using var token = session.GetKey("chain");
        var data = RandomNumberGenerator.GetBytes(32);
        using var softwareChild = software.DeriveEcb(data, KeyAlgorithm.TripleDes, 16);
        using var tokenChild = token.DeriveEcb(data, KeyAlgorithm.TripleDes, 16);
        using var softwareGrandchild = softwareChild.DeriveEcb(data, KeyAlgorithm.Aes, 32);
        using var tokenGrandchild = tokenChild.DeriveEcb(data, KeyAlgorithm.Aes, 32);
        AssertEqual(softwareGrandchild, tokenGrandchild);
    }

    static void AssertEqual(ISecretKey expected, ISecretKey actual)
    {
        Assert.Equal((expected.Algorithm, expected.Length), (actual.Algorithm, actual.Length));
        var message = RandomNumberGenerator.GetBytes(48);
        byte[] fromSoftware = new byte[48], fromToken = new byte[48];
        expected.EncryptEcb(message, fromSoftware);
        actual.EncryptEcb(message, fromToken);
        Assert.Equal(fromSoftware, fromToken);
        var mac = expected.Algorithm == KeyAlgorithm.Aes ? 16 : 8;
        expected.Cmac(message.AsSpan(0, 31), fromSoftware.AsSpan(0, mac));
        actual.Cmac(message.AsSpan(0, 31), fromToken.AsSpan(0, mac));
        Assert.Equal(fromSoftware, fromToken);
    }
}
