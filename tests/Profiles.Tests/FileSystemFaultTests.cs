namespace PersoMesh.Profiles.Tests;

/// <summary>Each rule of a file-system card with the exact words that an author gets.</summary>
public class FileSystemFaultTests
{
    const string Sound = """
        profile: files
        version: 1
        title: File-system card
        pool: test
        retentionDays: 0
        maxAttempts: 1
        input:
          identifier: cardId
          fields:
            cardId: { required: true }
            name: { required: true }
            code: { required: true, secret: true }
          formats:
            jsonl: {}
        fileSystem:
          agent: { name: iso7816, transportPassword: 3030 }
          passwords:
            - { name: PIN, reference: 1, digits: 4-8, resettingCode: { digits: 8 } }
          files:
            - id: DF01
              aid: F000000001
              files:
                - { id: "0001", size: 16, content: { text: "{name}" } }
                - { id: "0002", size: 16, area: private, access: { read: PIN }, content: { hex: "{code}" } }
                - { id: "0003", structure: cyclic, recordLength: 4, records: 2, access: { append: PIN } }
                - { id: "0004", size: 16, area: keys, secret: [ random: { length: 16 } ] }
          pinMailer: { password: PIN, resettingCode: true, sender: Us, address: [ "{name}" ] }
        """;

    [Fact]
    public void The_profile_that_is_changed_here_is_sound()
    {
        var reading = ProfileLibrary.Read("f.yaml", Sound);
        Assert.Empty(reading.Faults);
        Assert.Equal(["3F00", "3F00/DF01", "3F00/DF01/0001", "3F00/DF01/0002", "3F00/DF01/0003", "3F00/DF01/0004"],
            reading.Require().FileSystem!.Layout.Files.Keys.Select(path => path.ToString()));
    }

    [Theory]
    [InlineData("name: iso7816", "name: iso7186", "f.yaml:16:18: 'name' is 'iso7186'; choose from iso7816")]
    [InlineData("transportPassword: 3030", "transportPassword: 303",
        "f.yaml:16:46: 'transportPassword' is '303'; write 2 to 32 hex digits (1 to 16 bytes)")]
    [InlineData("reference: 1", "reference: 2",
        "f.yaml:16:10: no password has reference 1: the transport password would stay in force; give one of the passwords this reference, or correct 'transportReference'")]
    [InlineData("digits: 4-8", "digits: 3-8",
        "f.yaml:18:42: 'digits' is '3-8'; write how many digits, such as 4, or the fewest and the most, such as 4-8; 4 to 16")]
    [InlineData("digits: 4-8", "digits: 4-12", "f.yaml:18:7: password 'PIN' may have 12 digits, the card stores 8; correct the file or the password")]
    public void Agent_and_passwords(string find, string replacement, string expected) => Assert.Equal([expected], FaultsWith(find, replacement));

    [Theory]
    [InlineData("id: \"0002\"", "id: \"0001\"",
        "f.yaml:23:17: 3F00/DF01/0001: the file identifier comes twice; correct the file or the password")]
    [InlineData("recordLength: 4", "recordlength: 4",
        "f.yaml:25:44: unknown key 'recordlength' in an item of 'files'; did you mean 'recordLength'?",
        "f.yaml:25:11: key 'recordLength' is missing in an item of 'files'; add it")]
    [InlineData("records: 2", "records: 2, size: 8", "f.yaml:25:79: 'size' does not go with a file of records; remove it")]
    [InlineData("content: { text: \"{name}\" }", "content: [ { text: \"{name}\" } ]",
        "f.yaml:23:44: file 3F00/DF01/0001 is transparent, but its content is a list; write one value: { hex: … }, { text: … } or { tlv: … }")]
    [InlineData("content: { text: \"{name}\" }", "content: { text: \"{name}\", hex: 00 }",
        "f.yaml:23:44: file 3F00/DF01/0001 has more than one value; give it one of hex, text, tlv")]
    [InlineData("\"{name}\" } }", "\"{nam}\" } }",
        "f.yaml:23:52: unknown name 'nam' in file 3F00/DF01/0001; did you mean 'name'?")]
    public void Files(string find, string replacement, params string[] expected) =>
        Assert.Equal(expected.Order(StringComparer.Ordinal), FaultsWith(find, replacement).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("{ read: PIN }", "{ read: PUN }", "f.yaml:24:66: 'read' is 'PUN'; did you mean 'PIN'?")]
    [InlineData("{ read: PIN }", "{ read: always }",
        "f.yaml:24:66: anybody could read a file of the area 'private'; name a password, or choose the area 'public'")]
    [InlineData("area: keys", "area: keys, access: { read: PIN }",
        "f.yaml:26:63: a file of the area 'keys' could be read; write 'read: never', or choose another area")]
    [InlineData("area: keys", "area: public",
        "f.yaml:26:57: file 3F00/DF01/0004 cannot have a secret; secrets go into transparent files of the area 'keys'")]
    [InlineData("area: keys", "area: identifier",
        "f.yaml:26:61: file 3F00/DF01/0004 holds the card's identifier and fills itself; remove its content",
        "f.yaml:26:61: file 3F00/DF01/0004 cannot have a secret; secrets go into transparent files of the area 'keys'")]
    public void Access_and_areas(string find, string replacement, params string[] expected) =>
        Assert.Equal(expected.Order(StringComparer.Ordinal), FaultsWith(find, replacement).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("[ \"{name}\" ]", "[ \"{name}\", \"{code}\" ]",
        "f.yaml:27:85: 'code' is secret and would be printed on the PIN mailer; take it out: a PIN mailer shows name and address")]
    [InlineData("password: PIN, resetting", "password: PUK, resetting",
        "f.yaml:27:26: there is no password 'PUK'; the passwords are PIN")]
    [InlineData(", resettingCode: { digits: 8 }", "",
        "f.yaml:27:46: password 'PIN' has no resetting code; give it one, or remove 'resettingCode'")]
    public void The_PIN_mailer(string find, string replacement, string expected) => Assert.Equal([expected], FaultsWith(find, replacement));

    [Fact]
    public void A_chip_is_either_a_file_system_or_has_applications() =>
        Assert.Contains("f.yaml:17:3: the profile has both 'chip' and 'fileSystem'; keep the one that the card's chip is",
            FaultsWith("fileSystem:\n  agent", "chip: {}\nfileSystem:\n  agent"));

    [Fact]
    public void A_field_that_does_not_fit_its_file_is_the_card_objects_fault()
    {
        var profile = ProfileLibrary.Read("f.yaml", Sound).Require();
        var fields = new Dictionary<string, string> { ["cardId"] = "1", ["name"] = "a name with too many letters", ["code"] = "00" };
        var fault = Assert.Throws<RenderException>(() => profile.FileSystem!.CreateDraft(profile.Reference, fields, bytes => bytes.Clear()));
        Assert.Equal("file 3F00/DF01/0001: it has 16 bytes, the content 28.", fault.Message);
    }

    static string[] FaultsWith(string find, string replacement)
    {
        var at = Sound.IndexOf(find, StringComparison.Ordinal);
        Assert.True(at >= 0 && Sound.IndexOf(find, at + 1, StringComparison.Ordinal) < 0, $"'{find}' must occur once");
        return [.. ProfileLibrary.Read("f.yaml", Sound.Replace(find, replacement, StringComparison.Ordinal)).Faults.Select(f => f.ToString())];
    }
}
