namespace PersoMesh.CardSimulator.Tests;

/// <summary>Rules of the secure channel that the published sessions do not show.</summary>
public class SecureChannelTests
{
    [Theory]
    [InlineData(2, 0x00)]
    [InlineData(2, 0x01)]
    [InlineData(2, 0x03)]
    [InlineData(2, 0x10)]
    [InlineData(2, 0x11)]
    [InlineData(2, 0x13)]
    [InlineData(3, 0x00)]
    [InlineData(3, 0x01)]
    [InlineData(3, 0x03)]
    [InlineData(3, 0x11)]
    [InlineData(3, 0x13)]
    [InlineData(3, 0x33)]
    public void Every_level_carries_commands_with_and_without_data_and_survives_errors(int protocol, int level)
    {
        var host = Some.Host(protocol).Open(level);
        Assert.EndsWith("9000", host.Send("80CA006600"));
        Assert.Equal("6A88", host.Send("80CA123400"));
        Assert.EndsWith("9000", host.Send("80F28002024F0000"));
        Assert.Equal("009000", host.Install());
        Assert.EndsWith("9000", host.Send("80CA9F7F00"));
    }

    [Theory]
    [InlineData(0x71, 16)]
    [InlineData(0x71, 32)]
    [InlineData(0x01, 16)]
    public void Scp03_with_long_macs(byte options, int keyLength)
    {
        var host = Some.Badge(options, keyLength).Open(options == 0x71 ? 0x33 : 0x03);
        Assert.Equal((options & 0x10) != 0 ? 48 : 45, host.InitializeUpdateResponse.Length);
        Assert.Equal("009000", host.Install());
        Assert.EndsWith("9000", host.Send("80F24002024F0000"));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void A_wrong_mac_aborts_the_session_until_it_is_opened_anew(int protocol)
    {
        var host = Some.Host(protocol).Open(0x01);
        var wrapped = host.Wrap(Hex.Bytes("80CA0066"), []);
        wrapped[^2] ^= 1;
        Assert.Equal("6982", Convert.ToHexString(host.Card.Transmit(wrapped)));
        Assert.Equal("6982", Convert.ToHexString(host.Card.Transmit(host.Wrap(Hex.Bytes("80CA0066"), []))));
        Assert.Equal("6982", host.Card.Send("80CA006600"));
        Assert.Equal("9000", host.Initialize());
        Assert.Equal("9000", host.Authenticate(0x01));
        Assert.EndsWith("9000", host.Send("80CA006600"));
        Assert.Equal(0, host.Card.KeySets[0].FailedAuthentications);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void A_command_without_the_agreed_protection_aborts_the_session(int protocol)
    {
        var host = Some.Host(protocol).Open(0x01);
        Assert.Equal("6982", host.Card.Send("80CA006600"));
        Assert.Equal("6982", host.Send("80CA006600"));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Replayed_commands_are_refused(int protocol)
    {
        var host = Some.Host(protocol).Open(0x01);
        var wrapped = host.Wrap(Hex.Bytes("80CA0066"), []);
        Assert.EndsWith("9000", Convert.ToHexString(host.Card.Transmit(wrapped)));
        Assert.Equal("6982", Convert.ToHexString(host.Card.Transmit(wrapped)));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Failed_authentications_count_and_block_the_key_set_for_ever(int protocol)
    {
        var host = Some.Host(protocol);
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            Assert.Equal("9000", host.Initialize());
            Assert.Equal("6300", host.Authenticate(0x01, wrongCryptogram: true));
            Assert.Equal("6985", host.Authenticate(0x01));
            Assert.Equal(attempt, host.Card.KeySets[0].FailedAuthentications);
            host.Card.Reset();
        }

        Assert.True(host.Card.KeySets[0].IsBlocked);
        Assert.Equal("6983", host.Initialize());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void A_successful_authentication_clears_the_failures(int protocol)
    {
        var host = Some.Host(protocol);
        host.Initialize();
        host.Authenticate(0x01, wrongCryptogram: true);
        host.Initialize();
        Assert.Equal("9000", host.Authenticate(0x01));
        Assert.Equal(0, host.Card.KeySets[0].FailedAuthentications);
    }

    [Fact]
    public void Initialize_update_alone_counts_nothing_against_the_key_set()
    {
        var host = Some.Emv();
        for (var i = 0; i < 10; i++)
            host.Initialize();
        Assert.Equal(0, host.Card.KeySets[0].FailedAuthentications);
    }

    [Fact]
    public void Scp02_counts_sessions_when_the_host_is_authenticated()
    {
        var host = Some.Emv();
        host.Initialize();
        host.Initialize();
        host.Authenticate(0x01, wrongCryptogram: true);
        Assert.Equal(0, host.Card.KeySets[0].SequenceCounter);
        host.Open();
        Assert.Equal(1, host.Card.KeySets[0].SequenceCounter);
        Assert.Equal("C10200019000", host.Send("80CA00C100"));
    }

    [Fact]
    public void Scp03_counts_sessions_at_initialize_update()
    {
        var host = Some.Badge();
        host.Initialize();
        host.Initialize();
        Assert.Equal(2, host.Card.KeySets[0].SequenceCounter);
        Assert.Equal("C1030000029000", host.Card.Send("80CA00C100"));
    }

    [Theory]
    [InlineData(2, 0x7FFF)]
    [InlineData(3, 0xFFFFFF)]
    public void An_exhausted_sequence_counter_ends_the_use_of_a_key_set(int protocol, int counter)
    {
        CardBlueprint Exhausted(CardBlueprint b) => b with { SequenceCounter = counter };
        Assert.Equal("6985", (protocol == 2 ? Some.Emv(change: Exhausted) : Some.Badge(change: Exhausted)).Initialize());
    }

    [Theory]
    [InlineData(0x55, 0x11)]
    [InlineData(0x55, 0x33)]
    [InlineData(0x75, 0x33)]
    [InlineData(0x55, 0x02)]
    public void Scp02_refuses_levels_it_does_not_support(byte options, int level)
    {
        var host = Some.Emv(options);
        host.Initialize();
        Assert.Equal("6A86", host.Authenticate(level));
    }

    [Theory]
    [InlineData(0x00, 0x11)]
    [InlineData(0x30, 0x33)]
    [InlineData(0x70, 0x10)]
    public void Scp03_refuses_levels_it_does_not_support(byte options, int level)
    {
        var host = Some.Badge(options);
        host.Initialize();
        Assert.Equal("6A86", host.Authenticate(level));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Selection_and_reset_end_the_session(int protocol)
    {
        var host = Some.Host(protocol).Open(0x01);
        Assert.EndsWith("9000", host.Card.Send("00A4040000"));
        Assert.Equal("6982", host.Send("80F28002024F0000"));
        host.Open(0x01);
        host.Card.Reset();
        Assert.Equal("6982", host.Send("80F28002024F0000"));
        Assert.Equal("6985", host.Card.Send("8482010010" + new string('0', 32)));
    }

    [Fact]
    public void A_failed_selection_keeps_the_session()
    {
        var host = Some.Emv().Open(0x01);
        Assert.Equal("6A82", host.Card.Send("00A4040005112233445500"));
        Assert.EndsWith("9000", host.Send("80CA006600"));
    }

    [Theory]
    [InlineData("80F28002024F0000")]
    [InlineData("80E40000074F05112233445500")]
    [InlineData("80E2900002" + "4200")]
    [InlineData("80F0800700")]
    [InlineData("80D8008101" + "21")]
    [InlineData("80E620000C" + "000006A00000000310000000")]
    [InlineData("80E8000001" + "00")]
    public void Management_needs_a_secure_channel(string command) => Assert.Equal("6982", Some.Emv().Card.Send(command));

    [Fact]
    public void An_unknown_key_version_is_reported() => Assert.Equal("6A88", Some.Emv().Initialize(kvn: 0x7E));
}
