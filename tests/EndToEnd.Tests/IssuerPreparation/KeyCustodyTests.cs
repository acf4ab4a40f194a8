using PersoMesh.AuditLog;
using PersoMesh.EndToEnd.Tests.Support;
using PersoMesh.Fixtures;
using PersoMesh.Keys;
using PersoMesh.Perso.Commands;
using PersoMesh.Perso.Keys;
using PersoMesh.Pkcs11;

namespace PersoMesh.EndToEnd.Tests.IssuerPreparation;

/// <summary>What <c>perso keys</c> does to tokens, and what it leaves in the audit log.</summary>
public sealed class KeyCustodyTests : IDisposable
{
    const string Issuer = "issuer";
    const string Bureau = "bureau";

    readonly SoftHsmFixture _hsm = SoftHsmFixture.WithTokens(Issuer, Bureau);
    readonly List<IDisposable> _open = [];

    public void Dispose()
    {
        for (var i = _open.Count - 1; i >= 0; i--)
            _open[i].Dispose();
        _hsm.Dispose();
    }

    [Fact]
    public void A_KEK_travels_under_a_transport_key_that_two_people_brought_and_is_the_same_on_both_sides()
    {
        var (issuer, bureau) = (Open(Issuer), Open(Bureau));
        foreach (var custody in new[] { issuer, bureau })
            custody.Keys.Import("TK", KeyKind.Of("transport"), [Component("anna", 0x11), Component("bert", 0x2A)]);
        var kek = issuer.Keys.Generate("KEK-BUREAU.01", KeyKind.Of("kek"));
        var wrapped = issuer.Keys.Export("KEK-BUREAU.01", "TK");
        var imported = bureau.Keys.ImportWrapped("KEK-BUREAU.01", KeyKind.Of("kek"), "TK", wrapped);
        Assert.Equal(kek.CheckValue, imported.CheckValue);
        Assert.Equal(40, wrapped.Length); // RFC 5649: 32 bytes and a semiblock
        wrapped[7] ^= 1;
        Assert.ThrowsAny<SecurityModuleException>(() => bureau.Keys.ImportWrapped("KEK-BUREAU.02", KeyKind.Of("kek"), "TK", wrapped));
    }

    [Fact]
    public void A_KEK_travels_in_a_key_block_too()
    {
        var (issuer, bureau) = (Open(Issuer), Open(Bureau));
        foreach (var custody in new[] { issuer, bureau })
            custody.Keys.Import("TK", KeyKind.Of("transport"), [Component("anna", 0x11), Component("bert", 0x2A)]);
        var kek = issuer.Keys.Generate("KEK-BUREAU.01", KeyKind.Of("kek"));
        var block = issuer.Keys.ExportKeyBlock("KEK-BUREAU.01", "TK", Session(Issuer));
        Assert.StartsWith("D0144K0AB00E0000", block, StringComparison.Ordinal);
        var changed = block[..20] + (block[20] == '0' ? '1' : '0') + block[21..];
        Assert.Throws<UserErrorException>(() => bureau.Keys.ImportKeyBlock("KEK-BUREAU.01", KeyKind.Of("kek"), "TK", changed, Session(Bureau)));
        var imported = bureau.Keys.ImportKeyBlock("KEK-BUREAU.01", KeyKind.Of("kek"), "TK", block, Session(Bureau));
        Assert.Equal(kek.CheckValue, imported.CheckValue);
        issuer.Keys.Generate("IMK-AC", KeyKind.Of("master"));
        Assert.ThrowsAny<SecurityModuleException>(() => issuer.Keys.ExportKeyBlock("IMK-AC", "TK", Session(Issuer)));
    }

    [Fact]
    public void A_key_of_components_is_their_exclusive_or()
    {
        var custody = Open(Issuer);
        var key = custody.Keys.Import("AUDIT-2", KeyKind.Of("storage"), [Component("anna", 0x11), Component("bert", 0x2A), Component("cleo", 0x3A)]);
        // AES-256 with 32 bytes 01 over a block of 01: what GPC 2.3.1 §B.6 takes the check value of.
        using var aes = System.Security.Cryptography.Aes.Create();
        aes.Key = [.. Enumerable.Repeat((byte)(0x11 ^ 0x2A ^ 0x3A), 32)];
        var block = Enumerable.Repeat((byte)1, 16).ToArray();
        Assert.Equal(Convert.ToHexString(aes.EncryptEcb(block, System.Security.Cryptography.PaddingMode.None))[..6], key.CheckValue);
    }

    [Fact]
    public void A_card_verification_key_pair_has_its_left_half_beside_it()
    {
        var custody = Open(Issuer);
        byte[] first = [.. Enumerable.Range(1, 16).Select(i => (byte)(i * 13))], second = [.. Enumerable.Range(1, 16).Select(i => (byte)(i * 29))];
        byte[] pair = [.. first.Zip(second, (a, b) => (byte)(a ^ b))];
        custody.Keys.Import("CVK", KeyKind.Of("cvk"), [new("anna", [.. first]), new("bert", [.. second])]);
        Assert.Equal(["CVK", "CVK-LEFT"], custody.Administration.List().Select(key => key.Label).Order(StringComparer.Ordinal));
        Assert.Equal(CardMathematics.TripleDesCheckValue(pair), custody.Administration.Find("CVK").CheckValue);
        Assert.Equal(Convert.ToHexString(OpenSslCipher.TripleDes([.. pair[..8], .. pair[..8]], new byte[8]))[..6], custody.Administration.Find("CVK-LEFT").CheckValue);
        Assert.Contains("CVK-LEFT", File.ReadAllText(custody.LogFile), StringComparison.Ordinal);
        Assert.Throws<UserErrorException>(() => custody.Keys.Generate("CVK-2", KeyKind.Of("cvk")));
    }

    [Fact]
    public void One_person_does_not_bring_two_components()
    {
        var custody = Open(Issuer);
        Assert.Throws<UserErrorException>(() => custody.Keys.Import("TK", KeyKind.Of("transport"), [Component("anna", 0x11), Component("Anna", 0x2A)]));
        Assert.Empty(custody.Administration.List());
    }

    [Fact]
    public void Master_keys_do_not_leave_the_token()
    {
        var custody = Open(Issuer);
        custody.Keys.Import("TK", KeyKind.Of("transport"), [Component("anna", 0x11), Component("bert", 0x2A)]);
        custody.Keys.Generate("IMK-AC", KeyKind.Of("master"));
        Assert.ThrowsAny<SecurityModuleException>(() => custody.Keys.Export("IMK-AC", "TK"));
    }

    [Fact]
    public void Rotation_keeps_old_versions_and_retirement_wants_the_check_value()
    {
        var custody = Open(Issuer);
        var first = custody.Keys.Generate("KEK-BUREAU.01", KeyKind.Of("kek"));
        var second = custody.Keys.Rotate("KEK-BUREAU");
        Assert.Equal("KEK-BUREAU.02", second.Label);
        Assert.Throws<UserErrorException>(() => custody.Keys.Retire("KEK-BUREAU.01", second.CheckValue!));
        Assert.Equal(2, custody.Administration.List().Count);
        custody.Keys.Retire("KEK-BUREAU.01", first.CheckValue!);
        Assert.Equal(second, Assert.Single(custody.Administration.List()));
    }

    [Fact]
    public void Every_deed_is_a_record_and_no_record_holds_a_key()
    {
        var custody = Open(Issuer);
        custody.Keys.Import("TK", KeyKind.Of("transport"), [Component("anna", 0x11), Component("bert", 0x2A)]);
        var kek = custody.Keys.Generate("KEK-BUREAU.01", KeyKind.Of("kek"));
        custody.Keys.Export("KEK-BUREAU.01", "TK");
        custody.Keys.Rotate("KEK-BUREAU");
        custody.Keys.Retire("KEK-BUREAU.01", kek.CheckValue!);
        var log = File.ReadAllText(custody.LogFile);
        foreach (var action in new[] { "key.component", "key.import", "key.generate", "key.export", "key.rotate", "key.retire" })
            Assert.Contains($"\"action\":\"{action}\"", log, StringComparison.Ordinal);
        foreach (var value in new[] { 0x11, 0x2A, 0x11 ^ 0x2A })
            Assert.DoesNotContain(Convert.ToHexString([.. Enumerable.Repeat((byte)value, 8)]), log, StringComparison.OrdinalIgnoreCase);
        using var file = new FileStream(custody.LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        Assert.True(AuditVerifier.Verify(file).IsIntact);
    }

    ISecuritySession Session(string token)
    {
        var module = Pkcs11SecurityModule.Open(_hsm.Options(token));
        _open.Add(module);
        var session = module.OpenSession();
        _open.Add(session);
        return session;
    }

    static KeyComponent Component(string custodian, byte value) => new(custodian, [.. Enumerable.Repeat(value, 32)]);

    (KeyCustody Keys, Pkcs11KeyAdministration Administration, string LogFile) Open(string token)
    {
        var administration = Pkcs11KeyAdministration.Open(_hsm.Options(token));
        _open.Add(administration);
        var file = Path.Combine(_hsm.DirectoryPath, $"{token}.log");
        var log = AuditLogFile.Open(file);
        _open.Add(log);
        return (new KeyCustody(administration, log, "anna"), administration, file);
    }
}
