using PersoMesh.VirtualCards.Layout;

namespace PersoMesh.Profiles.Tests;

/// <summary>The file-system profiles in <c>profiles/</c>; the bytes are put together by hand from the rules of BER-TLV.</summary>
public class ShippedFileSystemsTests
{
    static readonly ProfileLibrary Library = ProfileLibrary.Load(Path.Combine(AppContext.BaseDirectory, "profiles"));

    static readonly Dictionary<string, string> Student = new(StringComparer.Ordinal)
    {
        ["studentNumber"] = "20260001",
        ["firstName"] = "Zoë",
        ["lastName"] = "Müller",
        ["faculty"] = "Süd",
        ["validUntil"] = "2027-12-31",
        ["libraryNumber"] = "4711000",
        ["entitlements"] = "Gym;garage",
        ["street"] = "Example Street 1",
        ["town"] = "10115 Berlin",
    };

    [Theory]
    // 61 { 4F aid (9), 50 "CAMPUS" (6) } in a record of 32 bytes.
    [InlineData("3F00/2F00", "6113" + "4F09F0504552534F4D0301" + "500643414D505553" + "0000000000000000000000")]
    // Number and date as digits, filled to 24 bytes.
    [InlineData("3F00/DF01/0001", "DF010420260001" + "DF020420271231" + "00000000000000000000")]
    // "Zoë Müller" in ISO/IEC 8859-1, "Süd" in UTF-8.
    [InlineData("3F00/DF01/0002", "5F200A5A6FEB204DFC6C6C6572" + "DF030453C3BC64")]
    // One of three records of 20 bytes: 01 and twelve digits.
    [InlineData("3F00/DF01/0003", "0100000471100000000000000000000000000000")]
    [InlineData("3F00/DF01/0004", "67796D3B676172616765")] // "gym;garage"
    [InlineData("3F00/DF01/0005", "FFFFFFFFFFFFFFFF")]
    public void Campus_card_gets_these_bytes(string path, string expected)
    {
        var profile = Library.Get("campus-card");
        var fields = profile.Fields.Compile().Evaluate(Student).Outputs!;
        using var image = profile.FileSystem!.CreateDraft(profile.Reference, fields, bytes => bytes.Fill(0x5A));
        Assert.StartsWith(expected, Convert.ToHexString(image.Read(FilePath.Parse(path))[0].Span));
        Assert.Equal(new string('0', 32), Convert.ToHexString(image.Read(FilePath.Parse("3F00/DF01/0010"))[0].Span));
        Assert.Equal(string.Concat(Enumerable.Repeat("5A", 16)), image.Identifier);
        Assert.Throws<InvalidOperationException>(() => image.Passwords);
    }

    [Fact]
    public void Their_keys_come_from_the_security_module()
    {
        Assert.Equal(["CAMPUS-MASTER"], Library.Get("campus-card").KeyLabels);
        Assert.Equal(["KEK-ID"], Library.Get("id-pkcs15").KeyLabels);
    }

    [Fact]
    public void Id_pkcs15_refuses_a_wrapped_key_of_another_length()
    {
        var profile = Library.Get("id-pkcs15");
        var part = Assert.Single(profile.FileSystem!.Secrets);
        var fields = new Dictionary<string, string>(StringComparer.Ordinal) { ["privateKeyHex"] = new('0', 2 * 640) };
        Assert.Contains("640 bytes, not 648", Assert.Throws<RenderException>(() => part.Resolve(fields)).Message);
        fields["privateKeyHex"] = new('0', 2 * 648);
        Assert.Equal(("KEK-ID", 648), part.Resolve(fields) is WrappedParameters wrapped ? (wrapped.Key, wrapped.Wrapped.Length) : default);
    }
}
