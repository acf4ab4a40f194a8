using System.Text;

namespace PersoMesh.Keys.Tests;

/// <summary>Key blocks of version D against published examples.</summary>
public sealed class KeyBlockTests
{
    // ANSI TR-31:2018 §A.7.4, as other implementations' tests quote it (openemv/tr31 test/tr31_decrypt_test.c, test 6).
    const string Protection = "88E1AB2A2E3DD38C1FA039A536500CC8A87AB9D62DC92C01058FA79F44657DE6";
    const string Published = "D0112P0AE00E0000B82679114F470F540165EDFBF7E250FCEA43F810D215F8D207E2E417C07156A27E8E31DA05F7425509593D03A457DC34";
    const string Key = "3F419E1CB7079442AA37474C2EFBF8B8";
    const string Padding = "1C2965473CE206BB855B01533782";

    [Fact]
    public void The_published_block_opens() => AssertOpens(Protection, Published, new KeyBlockHeader("P0", 'A', 'E', "00", 'E'), Key);

    [Fact]
    public void A_block_of_another_makers_HSM_opens() =>
        // Made by a Thales payShield 10k (openemv/tr31 test/tr31_decrypt_test.c, test 7): a 3DES key under AES-256.
        AssertOpens(
            string.Concat(Enumerable.Repeat("41", 32)),
            "D0112B0TN00N000037DB9B046B7B0048785690759580ABC3B9842AB4BB7717B49E92528E575785D8123559376A2553B27BE94F054F4E971C",
            new KeyBlockHeader("B0", 'T', 'N', "00", 'N'),
            "1FA1F7CEC798D91545DA8AE0C7796BD9");

    [Fact]
    public void The_published_key_is_wrapped_into_the_published_block()
    {
        using var protection = Aes(Protection);
        var block = KeyBlock.Wrap(protection, new KeyBlockHeader("P0", 'A', 'E', "00", 'E'), Convert.FromHexString(Key), Convert.FromHexString(Padding));
        Assert.Equal(Published, block);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(24)]
    [InlineData(32)]
    public void A_wrapped_key_comes_back(int protectionLength)
    {
        using var protection = Aes(Protection[..(2 * protectionLength)]);
        foreach (var length in new[] { 14, 16, 24, 30, 32 })
        {
            byte[] key = [.. Enumerable.Range(1, length).Select(i => (byte)i)];
            var block = KeyBlock.Wrap(protection, KeyBlockHeader.KeyEncryptionKey, key);
            Assert.True(KeyBlock.IsKeyBlock(block));
            var (header, opened) = KeyBlock.Unwrap(protection, block)!.Value;
            Assert.Equal(KeyBlockHeader.KeyEncryptionKey, header);
            Assert.Equal(key, opened);
        }
    }

    [Fact]
    public void Every_changed_character_is_refused()
    {
        using var protection = Aes(Protection);
        for (var i = 0; i < Published.Length; i++)
        {
            var changed = new StringBuilder(Published);
            changed[i] = changed[i] == '0' ? '1' : '0';
            Assert.True(IsRefused(protection, changed.ToString()), $"character {i}");
        }
    }

    [Fact]
    public void Another_protection_key_is_refused()
    {
        using var other = Aes(Protection[2..] + "00");
        Assert.Null(KeyBlock.Unwrap(other, Published));
    }

    static bool IsRefused(SoftwareKey protection, string block)
    {
        try
        {
            return KeyBlock.Unwrap(protection, block) is null;
        }
        catch (FormatException)
        {
            return true;
        }
    }

    static void AssertOpens(string protection, string block, KeyBlockHeader header, string key)
    {
        using var kbpk = Aes(protection);
        var opened = KeyBlock.Unwrap(kbpk, block)!.Value;
        Assert.Equal(header, opened.Header);
        Assert.Equal(key, Convert.ToHexString(opened.Key));
    }

    static SoftwareKey Aes(string value) => new(KeyAlgorithm.Aes, Convert.FromHexString(value));
}
