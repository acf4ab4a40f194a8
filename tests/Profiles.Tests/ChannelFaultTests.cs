namespace PersoMesh.Profiles.Tests;

/// <summary>Each rule with the exact words that an author gets; the lines are those of <see cref="SoundProfile"/>.</summary>
public class ChannelFaultTests
{
    [Theory]
    [InlineData("protocol: SCP02", "protocol: SCP01",
        "p.yaml:29:15: 'protocol' is 'SCP01'; choose from SCP02, SCP03")]
    [InlineData("i: 55", "i: 0x55",
        "p.yaml:30:8: 'i' is '0x55'; write 2 hex digits (1 byte)")]
    [InlineData("i: 55", "i: 1A",
        "p.yaml:30:8: 'i' is 1A: not three keys and explicit initiation; write what the card has, such as 15 or 55; other cards "
            + "are not supported")]
    [InlineData("    i: 55\n", "",
        "p.yaml:29:5: key 'i' is missing in 'channel'; add it")]
    public void Protocol_and_parameter_i(string find, string replacement, params string[] expected) =>
        Assert.Equal(expected, SoundProfile.FaultsWith(find, replacement));

    [Theory]
    [InlineData("level: C-MAC+C-DECRYPTION", "level: C-MAC",
        "p.yaml:31:12: 'level' is C-MAC: cardholder data would cross the broker in clear; write C-MAC+C-DECRYPTION, with or "
            + "without more")]
    [InlineData("level: C-MAC+C-DECRYPTION", "level: C-DECRYPTION",
        "p.yaml:31:12: 'level' is C-DECRYPTION: C-DECRYPTION needs C-MAC; write C-MAC+C-DECRYPTION, with or without more")]
    [InlineData("level: C-MAC+C-DECRYPTION", "level: C-MAC+C-ENCRYPTION",
        "p.yaml:31:12: 'level' has the part 'C-ENCRYPTION'; join some of these with '+': C-MAC, C-DECRYPTION, R-MAC, R-ENCRYPTION")]
    public void The_level_protects_what_crosses_the_broker(string find, string replacement, params string[] expected) =>
        Assert.Equal(expected, SoundProfile.FaultsWith(find, replacement));

    [Theory]
    [InlineData("level: C-MAC+C-DECRYPTION", "level: C-MAC+C-DECRYPTION+R-MAC",
        "p.yaml:30:8: 'i' is 55: the card has no R-MAC, but 'level' asks for it; remove R-MAC from 'level', or correct 'i'")]
    [InlineData("level: C-MAC+C-DECRYPTION", "level: C-MAC+C-DECRYPTION+R-ENCRYPTION",
        "p.yaml:31:12: 'level' is C-MAC+C-DECRYPTION+R-ENCRYPTION: SCP02 has no R-ENCRYPTION; remove it, or use SCP03")]
    public void The_level_fits_the_card(string find, string replacement, params string[] expected) =>
        Assert.Equal(expected, SoundProfile.FaultsWith(find, replacement));

    [Theory]
    [InlineData("keyVersion: 20", "keyVersion: 30",
        "p.yaml:33:17: warning: 'keyVersion' is 30; SCP02 keys usually have 20 to 2F, new cards FF; check the card's documentation "
            + "(00 takes the card's first)")]
    [InlineData("keyVersion: 20", "keyVersion: 0x20",
        "p.yaml:33:17: 'keyVersion' is '0x20'; write 2 hex digits (1 byte)")]
    [InlineData("masterKey: KMC", "masterKey: K M C",
        "p.yaml:34:16: 'masterKey' is 'K M C'; write the key's label in the security module: letters, digits, '-', '_', '.', at "
            + "most 64")]
    public void Key_version_and_master_key(string find, string replacement, params string[] expected) =>
        Assert.Equal(expected, SoundProfile.FaultsWith(find, replacement));

    [Theory]
    [InlineData("diversification: emv-cps", "diversification: emv-cps\n    quirks: [one-key-set, two-key-sets]",
        "p.yaml:36:27: there is no quirk 'two-key-sets'; choose from counter-only-with-data, initial-keys-not-listed, "
            + "no-key-information, one-key-set")]
    [InlineData("diversification: emv-cps", "diversification: emv-cps\n    quirks: one-key-set",
        "p.yaml:36:13: 'quirks' is not a list; write its items between [ and ], or each on a line of its own after '- '")]
    public void Quirks_are_known_ones(string find, string replacement, params string[] expected) =>
        Assert.Equal(expected, SoundProfile.FaultsWith(find, replacement));

    [Theory]
    [InlineData("diversification: emv-cps", "diversification: kdf3",
        "p.yaml:35:22: 'diversification' is 'kdf3'; with SCP02 and its 3DES keys choose from emv-cps, visa2, visa, none")]
    [InlineData("protocol: SCP02", "protocol: SCP03",
        "p.yaml:33:17: warning: 'keyVersion' is 20; SCP03 keys usually have 30 to 3F, new cards FF; check the card's documentation "
            + "(00 takes the card's first)",
        "p.yaml:35:22: 'diversification' is 'emv-cps'; with SCP03 and its AES keys choose from kdf3, none",
        "p.yaml:51:16: DGI 8010 has 8 secret bytes, but SCP03 encrypts whole blocks of 16; add 'random: { length: 8 }' if the "
            + "application takes it")]
    public void The_diversification_fits_the_protocol(string find, string replacement, params string[] expected) =>
        Assert.Equal(expected, SoundProfile.FaultsWith(find, replacement));

    [Theory]
    [InlineData("securityDomain: A000000151000000", "securityDomain: A0000001",
        "p.yaml:32:21: 'securityDomain' is 'A0000001'; write 10 to 32 hex digits (5 to 16 bytes)")]
    [InlineData("aid: F0000000010101", "aid: F00000000101010101010101010101010101",
        "p.yaml:38:12: 'aid' is 'F00000000101010101010101010101010101'; write 10 to 32 hex digits (5 to 16 bytes)")]
    [InlineData("aid: F0000000010101", "aid: A000000151000000",
        "p.yaml:38:12: 'aid' is the AID of the security domain; write the AID of the application instance")]
    [InlineData("module: F000000001", "module: F0 00 00 00 01",
        "p.yaml:39:49: 'module' is 'F0 00 00 00 01'; write 10 to 32 hex digits (5 to 16 bytes)")]
    public void Identifiers_are_hex(string find, string replacement, params string[] expected) =>
        Assert.Equal(expected, SoundProfile.FaultsWith(find, replacement));

    [Theory]
    [InlineData("privileges: 00", "privileges: 0000",
        "p.yaml:39:73: 'privileges' has 2 bytes; write 1 byte or 3 (GlobalPlatform 2.3.1 table 11-7)")]
    [InlineData("parameters: C900", "parameters: 00",
        "p.yaml:39:89: 'parameters' is '00'; write 4 to 510 hex digits (2 to 255 bytes)")]
    [InlineData("parameters: C900", "parameters: C900EF00",
        "p.yaml:39:89: 'parameters' is not one data object with tag C9; write C900 when the application takes no parameters")]
    [InlineData("parameters: C900", "parameters: C901",
        "p.yaml:39:89: 'parameters' is not one data object with tag C9; write C900 when the application takes no parameters")]
    public void Install_parameters(string find, string replacement, params string[] expected) =>
        Assert.Equal(expected, SoundProfile.FaultsWith(find, replacement));

    [Theory]
    [InlineData("finalState: secured", "finalState: locked",
        "p.yaml:56:15: 'finalState' is 'locked'; choose from initialized, secured")]
    public void The_final_state_can_be_left(string find, string replacement, params string[] expected) =>
        Assert.Equal(expected, SoundProfile.FaultsWith(find, replacement));
}
