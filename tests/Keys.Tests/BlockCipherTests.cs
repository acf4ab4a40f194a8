using System.Security.Cryptography;

namespace PersoMesh.Keys.Tests;

/// <summary>A key keeps the platform's contexts from call to call: whatever went before, a result is that of a new context.</summary>
public class BlockCipherTests
{
    [Theory]
    [InlineData(KeyAlgorithm.Aes, 16)]
    [InlineData(KeyAlgorithm.Aes, 24)]
    [InlineData(KeyAlgorithm.Aes, 32)]
    [InlineData(KeyAlgorithm.TripleDes, 16)]
    [InlineData(KeyAlgorithm.TripleDes, 24)]
    public void Calls_of_all_kinds_in_any_order_give_what_one_shot_calls_give(KeyAlgorithm algorithm, int keyLength)
    {
        var random = new Random(1);
        var value = new byte[keyLength];
        random.NextBytes(value);
        using var key = new SoftwareKey(algorithm, value);
        using SymmetricAlgorithm platform = algorithm == KeyAlgorithm.Aes ? Aes.Create() : TripleDES.Create();
        platform.Key = algorithm == KeyAlgorithm.TripleDes && keyLength == 16 ? [.. value, .. value[..8]] : value;
        var block = platform.BlockSize / 8;
        for (var i = 0; i < 500; i++)
        {
            // Around the length of the buffer inside, too.
            var input = new byte[block * random.Next(1, 80)];
            var iv = new byte[block];
            random.NextBytes(input);
            random.NextBytes(iv);
            var output = random.Next(2) == 0 ? input.ToArray() : new byte[input.Length + random.Next(3)];
            var source = output.Length == input.Length ? output : input;
            input.CopyTo(source, 0);
            var expected = Run(i % 4);
            Assert.Equal(expected, output[..expected.Length]);

            byte[] Run(int kind)
            {
                switch (kind)
                {
                    case 0:
                        key.EncryptEcb(source, output);
                        return platform.EncryptEcb(input, PaddingMode.None);
                    case 1:
                        key.DecryptEcb(source, output);
                        return platform.DecryptEcb(input, PaddingMode.None);
                    case 2:
                        key.EncryptCbc(iv, source, output);
                        return platform.EncryptCbc(input, iv, PaddingMode.None);
                    default:
                        key.DecryptCbc(iv, source, output);
                        return platform.DecryptCbc(input, iv, PaddingMode.None);
                }
            }
        }
    }

    [Fact]
    public void What_is_no_whole_number_of_blocks_is_refused_and_does_no_harm()
    {
        using var key = new SoftwareKey(KeyAlgorithm.Aes, new byte[16]);
        var block = new byte[16];
        key.EncryptCbc(new byte[16], new byte[16], block);
        Assert.Throws<CryptographicException>(() => key.EncryptCbc(new byte[16], new byte[15], new byte[16]));
        Assert.Throws<ArgumentException>(() => key.EncryptCbc(new byte[8], new byte[16], new byte[16]));
        Assert.Throws<ArgumentException>(() => key.EncryptCbc(new byte[16], new byte[32], new byte[16]));
        var again = new byte[16];
        key.EncryptCbc(new byte[16], new byte[16], again);
        Assert.Equal(block, again);
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        using var aes = new SoftwareKey(KeyAlgorithm.Aes, new byte[16]);
        using var mac = RetailMacKey.FromClear([.. Enumerable.Range(1, 16).Select(i => (byte)i)]);
        byte[] iv = new byte[16], data = new byte[240], result = new byte[240];
        void Use()
        {
            aes.EncryptEcb(data, result);
            aes.DecryptCbc(iv, data, result);
            aes.Cmac(data.AsSpan(0, 239), result);
            mac.ComputeMac(iv.AsSpan(0, 8), data, result);
        }

        Use();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Use();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
