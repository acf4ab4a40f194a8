using System.Text;

namespace PersoMesh.PinMailers.Tests;

/// <summary>What the mail printer gets, read with tools of others.</summary>
public sealed class PinMailerTests(Printer printer) : IClassFixture<Printer>
{
    const string Pin = "729401538846";
    const string Puk = "55012937";

    static PinMailer Mailer(string pin = Pin, string name = "Zoë Ångström") => new()
    {
        Fields = new Dictionary<string, string>
        {
            ["address1"] = name,
            ["address2"] = "c/o Müller (2nd floor) \\ left",
            ["address3"] = "75005 Paris €",
            ["notes"] = "not in the template",
        },
        Secrets = new Dictionary<string, ReadOnlyMemory<byte>>
        {
            ["pin"] = Encoding.ASCII.GetBytes(pin),
            ["puk"] = Encoding.ASCII.GetBytes(Puk),
        },
        CardNumber = "4000001234567899",
    };

    PinMailerSpool Spool() => new(printer.Spool, printer.Envelope());

    [Fact]
    public async Task Openssl_and_pdftotext_find_the_pin()
    {
        var path = await Spool().WriteAsync(Guid.NewGuid(), PinMailerTemplate.Letter("University of Somewhere"), [Mailer()], default);
        var text = Assert.Single(printer.Read(path));
        Assert.Contains(Pin, text);
        Assert.Contains(Puk, text);
        Assert.Contains("Zoë Ångström", text);
        Assert.Contains("c/o Müller (2nd floor) \\ left", text);
        Assert.Contains("75005 Paris €", text);
        Assert.Contains("University of Somewhere", text);
        Assert.DoesNotContain("not in the template", text);
        Assert.DoesNotContain("7899", text);
    }

    [Fact]
    public async Task Every_holder_has_a_page()
    {
        var mailers = Enumerable.Range(0, 250).Select(i => Mailer($"{100_000 + (i * 7)}", $"Holder {i}")).ToList();
        var path = await Spool().WriteAsync(Guid.NewGuid(), PinMailerTemplate.Letter("x", withPuk: false), mailers, default);
        var pages = printer.Read(path);
        Assert.Equal(250, pages.Length);
        for (var i = 0; i < pages.Length; i++)
        {
            Assert.Contains($"{100_000 + (i * 7)}", pages[i]);
            Assert.Contains($"Holder {i}", pages[i]);
            Assert.DoesNotContain("PUK", pages[i]);
        }
    }

    [Fact]
    public async Task Nothing_in_clear_is_left_in_the_spool()
    {
        var id = Guid.NewGuid();
        var path = await Spool().WriteAsync(id, PinMailerTemplate.Letter("x"), [Mailer()], default);
        Assert.Equal($"{id:N}.p7m", Path.GetFileName(path));
        Assert.All(Directory.GetFiles(printer.Spool), f => Assert.EndsWith(".p7m", f));
        foreach (var file in Directory.GetFiles(printer.Spool))
        {
            var content = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file));
            Assert.DoesNotContain(Pin, content);
            Assert.DoesNotContain(Puk, content);
            Assert.DoesNotContain("%PDF", content);
        }

        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path) & ~UnixFileMode.GroupRead);
    }

    [Fact]
    public async Task The_same_work_again_replaces_the_file()
    {
        var id = Guid.NewGuid();
        var before = Directory.GetFiles(printer.Spool).Length;
        await Spool().WriteAsync(id, PinMailerTemplate.Letter("x"), [Mailer()], default);
        var path = await Spool().WriteAsync(id, PinMailerTemplate.Letter("x"), [Mailer()], default);
        Assert.Equal(before + 1, Directory.GetFiles(printer.Spool).Length);
        Assert.Contains(Pin, printer.Read(path)[0]);
    }

    [Fact]
    public async Task What_fails_leaves_no_file()
    {
        var before = Directory.GetFiles(printer.Spool).Length;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Spool().WriteAsync(Guid.NewGuid(), PinMailerTemplate.Letter("x"), [Mailer()], new CancellationToken(true)));
        await Assert.ThrowsAsync<PinMailerException>(
            () => Spool().WriteAsync(Guid.NewGuid(), PinMailerTemplate.Letter("x"), [new PinMailer()], default));
        Assert.Equal(before, Directory.GetFiles(printer.Spool).Length);
        await Assert.ThrowsAnyAsync<IOException>(() =>
            new PinMailerSpool(Path.Combine(printer.Folder, "none"), printer.Envelope()).WriteAsync(
                Guid.NewGuid(), PinMailerTemplate.Letter("x"), [Mailer()], default));
    }

    [Fact]
    public async Task The_envelope_is_AES_256_CBC_under_RSA_OAEP()
    {
        var path = await Spool().WriteAsync(Guid.NewGuid(), PinMailerTemplate.Letter("x"), [Mailer()], default);
        var structure = Tool.OpenSsl("cms", "-cmsout", "-print", "-noout", "-inform", "DER", "-in", path);
        Assert.Contains("pkcs7-envelopedData", structure);
        Assert.Contains("aes-256-cbc", structure);
        Assert.Contains("rsaesOaep", structure);
        Assert.DoesNotContain("rsaEncryption", structure);
    }

    [Fact]
    public void The_document_links_to_nothing()
    {
        using var document = PinMailerDocument.Render(PinMailerTemplate.Letter("x"), [Mailer()]);
        var pdf = Path.Combine(printer.Folder, "links.pdf");
        File.WriteAllBytes(pdf, document.Bytes);
        var info = Tool.Poppler("pdfinfo", pdf);
        Assert.DoesNotContain("CreationDate", info);
        Assert.DoesNotContain("Producer", info);
        Assert.DoesNotContain("Title", info);
        Assert.Contains("595.28 x 841.89 pts (A4)", info);
        using var again = PinMailerDocument.Render(PinMailerTemplate.Letter("x"), [Mailer()]);
        Assert.True(document.Bytes.SequenceEqual(again.Bytes));
    }

    [Fact]
    public void Nothing_of_the_document_is_left_when_it_is_disposed()
    {
        var document = PinMailerDocument.Render(PinMailerTemplate.Letter("x"), [Mailer()]);
        var bytes = document.Bytes;
        document.Dispose();
        Assert.False(bytes.ContainsAnyExcept((byte)0));
    }

    [Fact]
    public void All_of_Windows_1252_is_printed_as_it_is()
    {
        var all = string.Concat(Enumerable.Range(0xA1, 95).Where(i => i != 0xAD).Select(i => (char)i)) + "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ()\\";
        var lines = all.Chunk(20).Select((line, i) => new MailerText(10, 10 + (10 * i), 10, new(line), (MailerFont)(i % 3)));
        var template = new PinMailerTemplate([.. lines]);
        using var document = PinMailerDocument.Render(template, [new()]);
        var pdf = Path.Combine(printer.Folder, "all.pdf");
        File.WriteAllBytes(pdf, document.Bytes);
        var text = Tool.Poppler("pdftotext", "-raw", "-enc", "UTF-8", pdf, "-");
        Assert.Equal(all.Where(c => c != '\u00A8'), text.Where(c => c is not ('\n' or '\f' or '\u00A8')));
    }
}
