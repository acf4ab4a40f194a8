using PersoMesh.CardSimulator;
using DiversificationMethod = PersoMesh.GlobalPlatform.DiversificationMethod;

namespace PersoMesh.CardTools.Tests.Rotation;

public class KeyRotationTests
{
    const uint Serial = 0x0A0B0C0D;
    const byte NewVersion = 0x31;
    const byte GetDataIns = 0xCA;
    const byte InitializeIns = 0x50;
    const byte AuthenticateIns = 0x82;
    const byte PutKeyIns = 0xD8;
    const byte DeleteIns = 0xE4;
    const byte SelectIns = 0xA4;

    public static TheoryData<string> Products => ["SCP02", "SCP03 AES-128", "SCP03 AES-192", "SCP03 AES-256", "SCP03 S16", "SCP03 i=00"];

    [Theory]
    [MemberData(nameof(Products))]
    public async Task The_new_key_set_is_opened_before_the_old_one_is_given_up(string product)
    {
        var (card, channel, old, @new) = Arrange(product);
        Assert.Equal(KeyRotationOutcome.Rotated, await Rotate(channel, old, @new));
        AssertHasOnly(card, product, NewVersion);
        Assert.Equal(
            [SelectIns, GetDataIns, .. Open(product), PutKeyIns, SelectIns, .. Open(product), GetDataIns, DeleteIns], channel.Instructions);
    }

    [Theory]
    [MemberData(nameof(Products))]
    public async Task A_card_that_is_pulled_out_anywhere_is_completed_by_the_next_run(string product)
    {
        foreach (var isExecuted in new[] { false, true })
        {
            for (var apdus = 0; apdus < 12; apdus++)
            {
                var (card, channel, old, @new) = Arrange(product);
                (card.Faults.RemoveAfterApdus, card.Faults.RemoveAfterExecution) = (apdus, isExecuted);
                try
                {
                    await Rotate(channel, old, @new);
                }
                catch (CardRemovedException)
                {
                    card.Reset();
                    await Rotate(channel, old, @new);
                }

                AssertHasOnly(card, product, NewVersion);
            }
        }
    }

    [Fact]
    public async Task A_run_after_a_lost_answer_to_put_key_puts_nothing()
    {
        var (card, channel, old, @new) = Arrange("SCP03 AES-128");
        (card.Faults.RemoveAfterApdus, card.Faults.RemoveAfterExecution) = (4, true);
        await Assert.ThrowsAsync<CardRemovedException>(() => Rotate(channel, old, @new));
        card.Reset();
        Assert.Equal(2, card.KeySets.Count);
        channel.Instructions.Clear();
        Assert.Equal(KeyRotationOutcome.Completed, await Rotate(channel, old, @new));
        Assert.DoesNotContain(PutKeyIns, channel.Instructions);
        AssertHasOnly(card, "SCP03 AES-128", NewVersion);
    }

    [Theory]
    [InlineData(0x30)]
    [InlineData(0xFF)]
    public async Task The_version_may_stay_and_initial_keys_are_replaced(byte oldVersion)
    {
        var newVersion = oldVersion == 0xFF ? NewVersion : oldVersion;
        var (card, channel, old, @new) = Arrange("SCP03 AES-256", oldVersion, newVersion);
        await Rotate(channel, old, @new);
        AssertHasOnly(card, "SCP03 AES-256", newVersion);
        Assert.DoesNotContain(DeleteIns, channel.Instructions);

        // A second run finds that there is nothing to do.
        Assert.Equal(KeyRotationOutcome.Completed, await Rotate(channel, old, @new));
        AssertHasOnly(card, "SCP03 AES-256", newVersion);
    }

    [Fact]
    public async Task Named_quirks_change_what_is_asked_and_sent()
    {
        var (card, channel, old, @new) = Arrange("SCP02");
        await Rotate(channel, old, @new, CardQuirks.OneKeySet | CardQuirks.NoKeyInformation);
        AssertHasOnly(card, "SCP02", NewVersion);
        Assert.DoesNotContain(GetDataIns, channel.Instructions);
        Assert.DoesNotContain(DeleteIns, channel.Instructions);

        (card, channel, old, @new) = Arrange("SCP02", oldVersion: 0xFF);
        channel.Replace = command => command is { Ins: GetDataIns, Cla: 0x80 } ? ResponseApdu.Parse(Convert.FromHexString("E0009000")) : null;
        var e = await Assert.ThrowsAsync<KeyRotationException>(() => Rotate(channel, old, @new));
        Assert.Equal(KeySetsInForce.Old, e.InForce);
        await Rotate(channel, old, @new, CardQuirks.InitialKeysNotListed);
        AssertHasOnly(card, "SCP02", NewVersion);
    }

    [Fact]
    public async Task The_key_template_is_asked_before_anything_is_opened()
    {
        var (_, channel, _, @new) = Arrange("SCP03 AES-128");
        using var master = Key("SCP03 AES-128", 0x40);
        var absent = CardKeySet.Diversified(0x21, DiversificationMethod.Kdf3, master);
        var e = await Assert.ThrowsAsync<KeyRotationException>(() => Rotate(channel, absent, @new));
        Assert.Equal(KeySetsInForce.Old, e.InForce);
        Assert.Contains("no symmetric keys 1, 2 and 3 of version 21; it has 30", e.Message, StringComparison.Ordinal);
        Assert.Equal([SelectIns, GetDataIns], channel.Instructions);
    }

    [Fact]
    public async Task A_version_that_other_keys_have_is_refused()
    {
        var (card, channel, old, @new) = Arrange("SCP03 AES-128");
        using var other = Key("SCP03 AES-128", 0x77);
        await Rotate(channel, old, @new);
        var e = await Assert.ThrowsAsync<KeyRotationException>(
            () => Rotate(channel, old, CardKeySet.Diversified(NewVersion, DiversificationMethod.Kdf3, other)));
        Assert.Contains("Key version 31 is taken by other keys", e.Message, StringComparison.Ordinal);
        AssertHasOnly(card, "SCP03 AES-128", NewVersion);
    }

    [Fact]
    public async Task Wrong_old_keys_are_noticed_before_the_card_counts_them()
    {
        var (card, channel, _, @new) = Arrange("SCP02");
        using var other = Key("SCP02", 0x77);
        var wrong = CardKeySet.Diversified(0x20, DiversificationMethod.EmvCps, other);
        var e = await Assert.ThrowsAsync<KeyRotationException>(() => Rotate(channel, wrong, @new));
        Assert.Equal(KeySetsInForce.Old, e.InForce);
        Assert.IsType<CardCryptogramMismatchException>(e.InnerException);
        Assert.Equal(0, card.KeySets[0].FailedAuthentications);
        Assert.DoesNotContain(AuthenticateIns, channel.Instructions);
    }

    [Fact]
    public async Task What_the_card_refuses_leaves_the_old_keys_in_force()
    {
        var (card, channel, old, @new) = Arrange("SCP03 AES-128");
        card.Faults.ForcedStatuses.Add(new(PutKeyIns, 1, 0x6A84));
        var e = await Assert.ThrowsAsync<KeyRotationException>(() => Rotate(channel, old, @new));
        Assert.Equal(KeySetsInForce.Old, e.InForce);
        Assert.Contains("PUT KEY: the card answered 6A84, not enough memory in the file.", e.Message, StringComparison.Ordinal);
        card.Faults.ForcedStatuses.Clear();
        await Rotate(channel, old, @new);
        AssertHasOnly(card, "SCP03 AES-128", NewVersion);
    }

    [Fact]
    public async Task Other_check_values_in_the_answer_stop_before_the_old_keys_are_deleted()
    {
        var (card, channel, old, @new) = Arrange("SCP02");
        channel.Replace = command => command.Ins == PutKeyIns ? ResponseApdu.Parse(Tamper(card.Transmit(command.ToArray()))) : null;
        var e = await Assert.ThrowsAsync<KeyRotationException>(() => Rotate(channel, old, @new, level: SecurityLevel.CMac | SecurityLevel.CDecryption));
        Assert.Equal(KeySetsInForce.OldAndUnprovenNew, e.InForce);
        Assert.Equal(2, card.KeySets.Count);
        Assert.DoesNotContain(DeleteIns, channel.Instructions);

        static byte[] Tamper(byte[] answer)
        {
            answer[1] ^= 0xFF;
            return answer;
        }
    }

    [Fact]
    public async Task A_new_set_that_does_not_open_leaves_the_old_one_there()
    {
        var (card, channel, old, @new) = Arrange("SCP03 AES-128");
        card.Faults.ForcedStatuses.Add(new(AuthenticateIns, 2, 0x6300));
        var e = await Assert.ThrowsAsync<KeyRotationException>(() => Rotate(channel, old, @new));
        Assert.Equal(KeySetsInForce.OldAndUnprovenNew, e.InForce);
        Assert.Equal(2, card.KeySets.Count);
        Assert.DoesNotContain(DeleteIns, channel.Instructions);
    }

    [Fact]
    public async Task A_delete_that_is_refused_tells_that_the_new_keys_are_in_force()
    {
        var (card, channel, old, @new) = Arrange("SCP03 AES-128");
        card.Faults.ForcedStatuses.Add(new(DeleteIns, 1, 0x6985));
        var e = await Assert.ThrowsAsync<KeyRotationException>(() => Rotate(channel, old, @new));
        Assert.Equal(KeySetsInForce.New, e.InForce);
        card.Faults.ForcedStatuses.Clear();
        Assert.Equal(KeyRotationOutcome.Completed, await Rotate(channel, old, @new));
        AssertHasOnly(card, "SCP03 AES-128", NewVersion);
    }

    static async Task<KeyRotationOutcome> Rotate(
        SimulatorChannel channel, CardKeySet old, CardKeySet @new, CardQuirks quirks = CardQuirks.None, SecurityLevel? level = null)
    {
        var options = new SecureChannelOptions { Scp02Implementation = 0x75, Quirks = quirks };
        return await new GlobalPlatform.KeyRotation(channel, level ?? (SecurityLevel)0x13, options).RunAsync(old, @new, select: null, default);
    }

    static (SimulatedCard Card, SimulatorChannel Channel, CardKeySet Old, CardKeySet New) Arrange(
        string product, byte? oldVersion = null, byte newVersion = NewVersion)
    {
        var blueprint = Blueprint(product, 0x40);
        blueprint = blueprint with { KeyVersion = oldVersion ?? blueprint.KeyVersion };
        var card = new SimulatedCard(blueprint, Serial);
        var method = product == "SCP02" ? DiversificationMethod.EmvCps : DiversificationMethod.Kdf3;
        return (card, new SimulatorChannel(card), CardKeySet.Diversified(blueprint.KeyVersion, method, Key(product, 0x40)),
            CardKeySet.Diversified(newVersion, method, Key(product, 0x90)));
    }

    static CardBlueprint Blueprint(string product, byte firstKeyByte)
    {
        var master = MasterKey(product, firstKeyByte);
        return product switch
        {
            "SCP02" => Blueprints.EmvDemo(master) with { ProtocolOptions = 0x75 },
            "SCP03 S16" => Blueprints.BadgeDemo(master, master.Length) with { ProtocolOptions = 0x71 },
            "SCP03 i=00" => Blueprints.BadgeDemo(master, master.Length) with { ProtocolOptions = 0x20 },
            _ => Blueprints.BadgeDemo(master, master.Length),
        };
    }

    static byte[] MasterKey(string product, byte first)
    {
        var length = product switch { "SCP03 AES-192" => 24, "SCP03 AES-256" => 32, _ => 16 };
        return [.. Enumerable.Range(first, length).Select(b => (byte)b)];
    }

    static SoftwareKey Key(string product, byte first) =>
        new(product == "SCP02" ? KeyAlgorithm.TripleDes : KeyAlgorithm.Aes, MasterKey(product, first));

    static byte[] Open(string product) =>
        product == "SCP03 S16" ? [InitializeIns, InitializeIns, AuthenticateIns] : [InitializeIns, AuthenticateIns];

    // What the simulator, which derives keys by its own code, makes of the new master key for a card of this serial number.
    static void AssertHasOnly(SimulatedCard card, string product, byte version)
    {
        var expected = new SimulatedCard(Blueprint(product, 0x90), Serial).KeySets[0];
        var found = Assert.Single(card.KeySets);
        Assert.Equal((version, expected.Type, 0), (found.Version, found.Type, found.FailedAuthentications));
        Assert.Equal(expected.CheckValues, found.CheckValues);
    }
}
