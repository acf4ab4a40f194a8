using System.Security.Cryptography;
using PersoMesh.CardSimulator;
using PersoMesh.Contracts.Preparation;
using PersoMesh.Contracts.Session;
using PersoMesh.GlobalPlatform;
using PersoMesh.Keys;
using PersoMesh.Sealing;
using PersoMesh.Security.Preparation;
using PersoMesh.Security.Sessions;
using PersoMesh.Security.VirtualCards;

namespace PersoMesh.Security.Tests;

/// <summary>The simulated card, which shares no code with the protector, judges what it makes.</summary>
public sealed class ScriptProtectorTests : IDisposable
{
    static readonly ushort[] Success = [0x9000];
    static readonly SecureChannelDescription Debit = new("SCP02", 0x55, 0x03, Some.DebitMaster, "emv-cps", []);
    static readonly SecureChannelDescription Badge = new("SCP03", null, 0x33, Some.BadgeMaster, "kdf3", []);

    static readonly byte[] SecurityDomain = Convert.FromHexString("A000000151000000");

    // SET STATUS of the card to INITIALIZED: allowed once, so a repeated or reordered batch fails.
    static readonly ScriptCommand Initialize = new(0x80, 0xF0, 0x80, 0x07, [], Success, Ne: null);

    readonly SoftwareSecurityModule _module = Some.Module();
    readonly PayloadSealer _sealer = new(RandomNumberGenerator.GetBytes(PayloadSealer.KeyLength));
    readonly PinMailerPost _noMailers = new(null, TimeProvider.System);
    readonly ScriptVault _vault;

    public ScriptProtectorTests() => _vault = new ScriptVault(_sealer);

    public void Dispose()
    {
        _noMailers.Dispose();
        _module.Dispose();
    }

    [Fact]
    public void A_debit_card_takes_the_protected_commands()
    {
        var card = DebitCard(Some.DebitMasterKey);
        var (script, _) = Protect(card, Debit);
        Assert.Null(script.SealedChannel);
        Assert.All(Send(card, script), answer => Assert.Equal("9000", Convert.ToHexString(answer[^2..])));
        Assert.Equal(0x07, card.LifeCycle);
    }

    [Fact]
    public void A_card_with_other_keys_is_sent_nothing_and_counts_nothing()
    {
        var card = DebitCard(Convert.FromHexString("505152535455565758595A5B5C5D5E5F"));
        Assert.Throws<CardCryptogramMismatchException>(() => Protect(card, Debit));
        Assert.All(card.KeySets, keys => Assert.Equal(0, keys.FailedAuthentications));
    }

    [Fact]
    public void A_card_of_another_protocol_is_refused()
    {
        var refused = Assert.Throws<SecureChannelException>(() => Protect(BadgeCard(), Debit));
        Assert.Contains("SCP03", refused.Message, StringComparison.Ordinal);
        Assert.Contains("SCP02", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_quirk_that_no_channel_knows_is_refused()
    {
        var refused = Assert.Throws<SecureChannelException>(() => Protect(BadgeCard(), Badge with { Quirks = ["upside-down"] }));
        Assert.Contains("upside-down", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Answers_with_their_macs_are_verified_later_from_the_sealed_state()
    {
        var card = BadgeCard();
        var (script, protector) = Protect(card, Badge);
        var answers = Send(card, script);
        Assert.Null(protector.Verify(new VerifyResponses(script.SessionId, script.SealedChannel!, answers)));
    }

    [Fact]
    public void A_changed_a_missing_and_a_bare_answer_are_noticed()
    {
        var card = BadgeCard();
        var (script, protector) = Protect(card, Badge);
        var answers = Send(card, script);
        var changed = answers.Select(answer => answer.ToArray()).ToArray();
        changed[1][0] ^= 1;
        Assert.NotNull(protector.Verify(new VerifyResponses(script.SessionId, script.SealedChannel!, changed)));
        Assert.NotNull(protector.Verify(new VerifyResponses(script.SessionId, script.SealedChannel!, answers[..1])));
        Assert.NotNull(protector.Verify(new VerifyResponses(script.SessionId, script.SealedChannel!, [answers[0], [0x90]])));
    }

    [Fact]
    public void The_state_of_one_session_is_no_good_in_another()
    {
        var card = BadgeCard();
        var (script, protector) = Protect(card, Badge);
        var answers = Send(card, script);
        Assert.Throws<SealBrokenException>(() => protector.Verify(new VerifyResponses(Guid.NewGuid(), script.SealedChannel!, answers)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_script_that_was_foreseen_is_the_one_that_the_card_takes(bool isBadge)
    {
        var (card, channel) = isBadge ? (BadgeCard(), Badge with { Implementation = 0x70 }) : (DebitCard(Some.DebitMasterKey), Debit);
        var challenge = RandomNumberGenerator.GetBytes(8);
        var script = Foresee(channel, challenge, new BlankForecast(card.KeyDiversificationData, 0), isBadge);
        Assert.Equal(script.OpeningDigest!, SHA256.HashData(Open(card, challenge)));
        Assert.All(Send(card, script), answer => Assert.Equal("9000", Convert.ToHexString(answer[^2..])));
        Assert.Equal(0x07, card.LifeCycle);
    }

    [Fact]
    public void Another_serial_number_counter_or_key_is_seen_before_anything_is_sent()
    {
        var challenge = RandomNumberGenerator.GetBytes(8);
        var expected = DebitCard(Some.DebitMasterKey);
        var script = Foresee(Debit, challenge, new BlankForecast(expected.KeyDiversificationData, 0), isBadge: false);
        SimulatedCard[] others =
        [
            new(Blueprints.EmvDemo(Some.DebitMasterKey), 2),
            new(Blueprints.EmvDemo(Some.DebitMasterKey) with { SequenceCounter = 1 }, 1),
            DebitCard(Convert.FromHexString("505152535455565758595A5B5C5D5E5F")),
        ];
        Assert.All(others, other => Assert.NotEqual(script.OpeningDigest!, SHA256.HashData(Open(other, challenge))));
        Assert.Equal(script.OpeningDigest!, SHA256.HashData(Open(expected, challenge)));
    }

    [Fact]
    public void What_cannot_be_foreseen_is_refused()
    {
        var blank = new BlankForecast(DebitCard(Some.DebitMasterKey).KeyDiversificationData, 0);
        var challenge = RandomNumberGenerator.GetBytes(8);
        // i = 15: random challenges. An i that nobody knows. A list with a short line.
        Assert.Throws<SecureChannelException>(() => Foresee(Debit with { Implementation = 0x15 }, challenge, blank, isBadge: false));
        Assert.Throws<SecureChannelException>(() => Foresee(Badge, challenge, blank, isBadge: true));
        Assert.Throws<SecureChannelException>(() => Foresee(Debit, challenge, new BlankForecast([1, 2, 3], 0), isBadge: false));
    }

    ScriptProtected Foresee(SecureChannelDescription channel, byte[] challenge, BlankForecast blank, bool isBadge)
    {
        var script = _vault.SealScript(Some.CardObject, new PersonalizationScript { Channel = channel, Commands = [Initialize] });
        var protector = new ScriptProtector(_module, _vault, new(_module, _sealer, _noMailers, new(null)));
        return protector.Protect(new ProtectScript(
            Guid.NewGuid(), Some.CardObject, script, challenge, [], new ForeseenOpening(blank, SecurityDomain, isBadge ? (byte)0x30 : (byte)0x20)));
    }

    static byte[] Open(SimulatedCard card, byte[] challenge)
    {
        card.Transmit([0x00, 0xA4, 0x04, 0x00, (byte)SecurityDomain.Length, .. SecurityDomain]);
        return card.Transmit([0x80, 0x50, 0x00, 0x00, 0x08, .. challenge, 0x00])[..^2];
    }

    (ScriptProtected Script, ScriptProtector Protector) Protect(SimulatedCard card, SecureChannelDescription channel)
    {
        var challenge = RandomNumberGenerator.GetBytes(8);
        card.Transmit([0x00, 0xA4, 0x04, 0x00, 0x08, 0xA0, 0, 0, 0x01, 0x51, 0, 0, 0, 0]);
        var opened = card.Transmit([0x80, 0x50, 0x00, 0x00, 0x08, .. challenge, 0x00]);
        Assert.Equal("9000", Convert.ToHexString(opened[^2..]));
        var script = _vault.SealScript(Some.CardObject, new PersonalizationScript { Channel = channel, Commands = [Initialize] });
        var protector = new ScriptProtector(_module, _vault, new(_module, _sealer, _noMailers, new(null)));
        return (protector.Protect(new ProtectScript(Guid.NewGuid(), Some.CardObject, script, challenge, opened[..^2])), protector);
    }

    static byte[][] Send(SimulatedCard card, ScriptProtected script) => [.. script.Commands.Select(command => card.Transmit(command.Apdu))];

    static SimulatedCard DebitCard(byte[] masterKey) => new(Blueprints.EmvDemo(masterKey), 1);

    static SimulatedCard BadgeCard() => new(Blueprints.BadgeDemo(Some.BadgeMasterKey, 32), 2);
}
