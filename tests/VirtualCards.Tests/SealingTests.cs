using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using PersoMesh.Keys;
using PersoMesh.VirtualCards.Layout;
using PersoMesh.VirtualCards.Sealing;

namespace PersoMesh.VirtualCards.Tests;

public class SealingTests
{
    [Fact]
    public void The_security_service_opens_what_was_sealed()
    {
        using var image = Some.Image();
        using var key = Some.SecurityKey();
        var sealedImage = SealedVirtualCard.Read(Some.Seal(image).ToArray());
        Assert.Equal((image.Identifier, "vsc-1"), (sealedImage.Identifier, sealedImage.KeyLabel));
        using var opened = sealedImage.Open(key);
        Assert.Equal((image.Identifier, image.Profile), (opened.Identifier, opened.Profile));
        Assert.Empty(VirtualCardDiff.Between(image, opened));
        Assert.Equal(Some.Agent.Personalize(image, Some.Transport).Steps.Count, Some.Agent.Personalize(opened, Some.Transport).Steps.Count);
        Assert.Equal(
            image.Layout.Files.Values.Select(f => f.Name), opened.Layout.Files.Values.Select(f => f.Name));
        Assert.Equal(image.Layout.Passwords, opened.Layout.Passwords);
        Assert.Equal(
            image.Layout.ElementaryFiles.Select(f => (f.Key, f.Value with { Name = "" })),
            opened.Layout.ElementaryFiles.Select(f => (f.Key, f.Value with { Name = "" })));
    }

    [Fact]
    public void Nothing_but_the_identifier_and_the_key_label_is_in_clear()
    {
        using var image = Some.Image();
        var bytes = Encoding.Latin1.GetString(Some.Seal(image).ToArray());
        Assert.DoesNotContain(Some.Secret, bytes);
        Assert.DoesNotContain("campus@1", bytes);
        Assert.DoesNotContain("DF.Campus", bytes);
        var sealedFiles = image.Layout.ElementaryFiles.Where(f => f.Value.Area != ImageAreas.Identifier);
        foreach (var piece in sealedFiles.SelectMany(f => image.Read(f.Key)))
        {
            if (piece.Length >= 8)
                Assert.DoesNotContain(Encoding.Latin1.GetString(piece.Span), bytes);
        }
    }

    [Fact]
    public void Two_sealings_have_nothing_in_common()
    {
        using var image = Some.Image();
        var (first, second) = (Some.Seal(image).ToArray(), Some.Seal(image).ToArray());
        // Behind the header only the lengths are the same.
        var same = Enumerable.Range(70, first.Length - 70).Count(i => first[i] == second[i]);
        Assert.InRange(same, 0, first.Length / 20);
    }

    [Fact]
    public void Areas_are_opened_one_by_one()
    {
        using var image = Some.Image();
        using var key = Some.SecurityKey();
        using var opened = Some.Seal(image).Open(key, ImageAreas.Keys);
        Assert.Equal(ImageAreas.Public | ImageAreas.Keys, opened.OpenAreas);
        Assert.Equal(image.Read(FilePath.Parse(Some.Key))[0].ToArray(), opened.Read(FilePath.Parse(Some.Key))[0].ToArray());
        Assert.Equal(image.Read(FilePath.Parse(Some.Student))[0].ToArray(), opened.Read(FilePath.Parse(Some.Student))[0].ToArray());
        Assert.Throws<InvalidOperationException>(() => opened.Read(FilePath.Parse(Some.Holder)));
        Assert.Throws<InvalidOperationException>(() => opened.Passwords);
        Assert.Throws<InvalidOperationException>(() => opened.Write(FilePath.Parse(Some.Holder), [1]));
        Assert.Throws<ArgumentException>(() => Some.Seal(opened));
        Assert.Throws<Agents.CardAgentException>(() => Some.Agent.Personalize(opened, Some.Transport));
    }

    [Fact]
    public void Another_key_opens_nothing()
    {
        using var image = Some.Image();
        using var key = new SoftwareKey(KeyAlgorithm.Aes, new byte[32]);
        Assert.Throws<SealedImageException>(() => Some.Seal(image).Open(key));
    }

    // Every byte counts: header, wraps, lengths, boxes.
    [Fact]
    public void A_changed_byte_opens_nothing()
    {
        using var image = VirtualCard.Create(
            new(new(0x3F00) { Files = [ElementaryFile.Transparent(0x4401, 4)] }, [new(1, new())]), "p", Some.Random);
        using var key = Some.SecurityKey();
        var good = Some.Seal(image).ToArray();
        // The wrap under the password is not looked at when the key opens.
        var passwordWrap = good.AsSpan().IndexOf("vsc-1"u8) + 5;
        for (var i = 0; i < good.Length; i++)
        {
            if (i >= passwordWrap && i < passwordWrap + SealedVirtualCard.WrapLength)
                continue;
            var changed = good.ToArray();
            changed[i] ^= 0x01;
            Assert.Throws<SealedImageException>(() => SealedVirtualCard.Read(changed).Open(key));
        }

        for (var length = 0; length < good.Length; length++)
            Assert.Throws<SealedImageException>(() => SealedVirtualCard.Read(good.AsSpan(0, length)));
        Assert.Throws<SealedImageException>(() => SealedVirtualCard.Read([.. good, 0]));
    }

    // Areas of one image cannot take the places of others, nor those of another image.
    [Fact]
    public void Areas_do_not_change_places()
    {
        using var first = Some.Image();
        using var second = Some.Image();
        using var key = Some.SecurityKey();
        var (one, two) = (Some.Seal(first).ToArray(), Some.Seal(second).ToArray());
        // The password areas have the same length, as the passwords have.
        var boxes = one.Length - 200;
        byte[] mixed = [.. one[..boxes], .. two[boxes..]];
        Assert.Throws<SealedImageException>(() => SealedVirtualCard.Read(mixed).Open(key));
    }

    [Fact]
    public void Iterations_have_bounds()
    {
        using var image = Some.Image();
        using var key = Some.SecurityKey();
        Assert.Throws<ArgumentOutOfRangeException>(() => SealedVirtualCard.Seal(image, "x"u8, key, "k", 99_999));
        Assert.Throws<ArgumentOutOfRangeException>(() => SealedVirtualCard.Seal(image, "x"u8, key, "k", 10_000_001));
        Assert.Throws<ArgumentException>(() => SealedVirtualCard.Seal(image, "x"u8, key, new string('k', 256)));
        using var des = new SoftwareKey(KeyAlgorithm.TripleDes, Convert.FromHexString("404142434445464748494A4B4C4D4E4F"));
        Assert.Throws<ArgumentException>(() => SealedVirtualCard.Seal(image, "x"u8, des, "k", SealedVirtualCard.MinIterations));
    }

    // OpenSSL 3 has the same derivations: KBKDF (SP 800-108), PBKDF2 and HKDF.
    [Fact]
    public void Keys_are_derived_as_openssl_does()
    {
        var master = RandomNumberGenerator.GetBytes(32);
        var context = RandomNumberGenerator.GetBytes(32);
        using var key = new SoftwareKey(KeyAlgorithm.Aes, master);
        var derived = new byte[32];
        ImageKeys.FromSecurityModule(key, "persomesh virtual card"u8, context, derived);
        Assert.Equal(
            OpenSsl(
                "-kdfopt", "mac:CMAC", "-kdfopt", "cipher:AES-256-CBC", "-kdfopt", "mode:counter",
                "-kdfopt", "hexkey:" + Convert.ToHexString(master),
                "-kdfopt", "salt:persomesh virtual card", "-kdfopt", "hexinfo:" + Convert.ToHexString(context), "KBKDF"),
            Convert.ToHexString(derived));

        ImagePassword.DeriveKey("7f3k-oooo-iiii-llll-2222"u8, context.AsSpan(0, 16), 100_000, derived);
        Assert.Equal(
            OpenSsl(
                "-kdfopt", "digest:SHA256", "-kdfopt", "pass:7F3K0000111111112222",
                "-kdfopt", "hexsalt:" + Convert.ToHexString(context[..16]), "-kdfopt", "iter:100000", "PBKDF2"),
            Convert.ToHexString(derived));

        ImageKeys.ForArea(master, "persomesh virtual card area Keys"u8, derived);
        Assert.Equal(
            OpenSsl(
                "-kdfopt", "digest:SHA256", "-kdfopt", "mode:EXPAND_ONLY", "-kdfopt", "hexkey:" + Convert.ToHexString(master),
                "-kdfopt", "info:persomesh virtual card area Keys", "HKDF"),
            Convert.ToHexString(derived));
    }

    static string OpenSsl(params string[] arguments)
    {
        var start = new ProcessStartInfo("openssl") { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var argument in (string[])["kdf", "-keylen", "32", .. arguments])
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output.Replace(":", "").Trim();
    }
}
