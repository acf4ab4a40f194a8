using PersoMesh.TestVectors;

namespace PersoMesh.GlobalPlatform.Tests;

public class Scp02SecureChannelTests
{
    public static TheoryData<int> Sessions => [.. Enumerable.Range(0, Scp02Vectors.Sessions.Length)];

    [Theory]
    [MemberData(nameof(Sessions))]
    public void Published_sessions_are_reproduced(int index)
    {
        var session = Scp02Vectors.Sessions[index];
        using var keys = KeysOf(session);
        using var channel = Open(session, keys);
        Assert.Equal(session.ExternalAuthenticate, Hex.Of(channel.ExternalAuthenticate()));
        Assert.Equal(session.Wrapped, session.Plain.Select(plain => Hex.Of(channel.Wrap(Hex.Command(plain)).Command)));
    }

    [Theory]
    [MemberData(nameof(Sessions))]
    public void A_wrong_key_is_noticed_before_anything_is_sent(int index)
    {
        var session = Scp02Vectors.Sessions[index];
        using var wrong = Hex.TripleDes("505152535455565758595A5B5C5D5E5F");
        using var keys = new CardKeys(wrong, wrong, wrong);
        var mismatch = Assert.Throws<CardCryptogramMismatchException>(() => Open(session, keys));
        Assert.Equal(InitializeUpdateResponse.Parse(Hex.Bytes(session.InitializeUpdateAnswer)).KeyVersion, mismatch.KeyVersion);
    }

    [Fact]
    public void The_published_response_mac_verifies()
    {
        using var key = Hex.TripleDes(Scp02Vectors.DefaultKey);
        using var keys = new CardKeys(key, key, key);
        using var channel = OpenRMac(keys);
        Assert.Equal(Scp02Vectors.RMacExternalAuthenticate, Hex.Of(channel.ExternalAuthenticate()));
        channel.Wrap(Hex.Command(Scp02Vectors.RMacPlainCommand));
        Assert.Equal("009000", Hex.Of(channel.Unwrap(Hex.Response(Scp02Vectors.RMacAnswer))));
        Assert.Equal(0, channel.PendingResponses);
    }

    [Fact]
    public void The_published_response_mac_verifies_in_another_process()
    {
        using var key = Hex.TripleDes(Scp02Vectors.DefaultKey);
        using var keys = new CardKeys(key, key, key);
        byte[] state;
        using (var channel = OpenRMac(keys))
        {
            channel.ExternalAuthenticate();
            channel.Wrap(Hex.Command(Scp02Vectors.RMacPlainCommand));
            state = channel.SaveState();
        }

        using var resumed = SecureChannel.Resume(keys, state);
        Assert.Equal(1, resumed.PendingResponses);
        Assert.Equal("009000", Hex.Of(resumed.Unwrap(Hex.Response(Scp02Vectors.RMacAnswer))));
    }

    [Theory]
    [InlineData("006DFCFE5065740D319000")] // the last MAC byte
    [InlineData("016DFCFE5065740D309000")] // the data
    [InlineData("006DFCFE5065740D306283")] // the status word
    [InlineData("9000")] // no MAC at all
    [InlineData("6DFCFE5065740D306A80")] // a MAC that is not of this error
    public void A_changed_response_kills_the_session(string answer)
    {
        using var key = Hex.TripleDes(Scp02Vectors.DefaultKey);
        using var keys = new CardKeys(key, key, key);
        using var channel = OpenRMac(keys);
        channel.ExternalAuthenticate();
        channel.Wrap(Hex.Command(Scp02Vectors.RMacPlainCommand));
        Assert.Equal(1, Assert.Throws<ResponseMacMismatchException>(() => channel.Unwrap(Hex.Response(answer))).CommandNumber);
        Assert.Throws<InvalidOperationException>(() => channel.Wrap(Hex.Command("80CA006600")));
        using var resumed = SecureChannel.Resume(keys, channel.SaveState());
        Assert.Throws<InvalidOperationException>(() => resumed.Unwrap(Hex.Response(Scp02Vectors.RMacAnswer)));
    }

    [Fact]
    public void A_bare_error_passes()
    {
        using var key = Hex.TripleDes(Scp02Vectors.DefaultKey);
        using var keys = new CardKeys(key, key, key);
        using var channel = OpenRMac(keys);
        channel.ExternalAuthenticate();
        channel.Wrap(Hex.Command(Scp02Vectors.RMacPlainCommand));
        Assert.Equal("6A88", Hex.Of(channel.Unwrap(Hex.Response("6A88"))));
    }

    [Fact]
    public void The_default_key_is_encrypted_under_the_session_dek_as_published()
    {
        // Counter 0000 does not need a published cryptogram here: the session is resumed from a state that says so.
        using var key = Hex.TripleDes(Scp02Vectors.DefaultKey);
        using var keys = new CardKeys(key, key, key);
        using var dek = Scp02Kdf.DeriveDek(keys, 0);
        var encrypted = new byte[16];
        dek.EncryptEcb(Hex.Bytes(Scp02Vectors.DefaultKey), encrypted);
        Assert.Equal(Scp02Vectors.DefaultKeyUnderSessionDek0000, Convert.ToHexString(encrypted));
    }

    [Fact]
    public void Session_keys_are_the_published_ones()
    {
        using var key = Hex.TripleDes(Scp02Vectors.DefaultKey);
        using var keys = new CardKeys(key, key, key);
        using var enc = Scp02Kdf.DeriveEnc(keys, 0);
        using var mac = Scp02Kdf.DeriveCMac(keys, 0);
        using var rMac = Scp02Kdf.DeriveRMac(keys, 0);
        using var dek = Scp02Kdf.DeriveDek(keys, 0);
        Assert.Equal(Hex.Fingerprint(Hex.TripleDes(Scp02Vectors.SessionEnc0000)), Hex.Fingerprint(enc));
        Assert.Equal(Hex.Fingerprint(Hex.TripleDes(Scp02Vectors.SessionMac0000)), Hex.Fingerprint(mac.Full));
        Assert.Equal(Hex.Fingerprint(Hex.TripleDes(Scp02Vectors.SessionDek0000)), Hex.Fingerprint(dek));
        Assert.StartsWith(Scp02Vectors.SessionRMacCheckValue0000, Hex.Fingerprint(rMac.Full));
    }

    [Fact]
    public void Pseudo_random_challenges_of_real_cards_are_predicted()
    {
        using var key = Hex.TripleDes(Scp02Vectors.DefaultKey);
        using var keys = new CardKeys(key, key, key);
        Assert.All(Scp02Vectors.PseudoRandomChallenges, v =>
            Assert.Equal(v.Challenge, Convert.ToHexString(CardChallenge.ComputeScp02(keys, v.Counter, Hex.Bytes(v.Aid)))));
    }

    [Fact]
    public void Without_a_response_mac_a_case_1_command_keeps_its_missing_Le()
    {
        var session = Scp02Vectors.Sessions[3];
        using var keys = KeysOf(session);
        using var channel = Open(session, keys);
        channel.ExternalAuthenticate();
        Assert.Null(channel.Wrap(Hex.Command("80F22002")).Command.Ne);
    }

    [Fact]
    public void With_a_response_mac_every_command_expects_an_answer()
    {
        // GPC 2.3.1 §E.4.5: cases 1 and 3 are processed as cases 2 and 4.
        using var key = Hex.TripleDes(Scp02Vectors.DefaultKey);
        using var keys = new CardKeys(key, key, key);
        using var channel = OpenRMac(keys);
        Assert.Null(channel.ExternalAuthenticate().Ne);
        Assert.Equal(256, channel.Wrap(Hex.Command("80F22002")).Command.Ne);
    }

    [Fact]
    public void Without_icv_encryption_the_last_mac_is_the_icv()
    {
        // No session with i = 05 is published: kaoh's first session with this one rule changed, the MAC computed by openssl enc -des-ede
        // under its S-MAC over (84F220020A4F0080 XOR BEF49310977617BA).
        var session = Scp02Vectors.Sessions[0] with { Implementation = 0x05 };
        using var keys = KeysOf(session);
        using var channel = Open(session, keys);
        Assert.Equal(session.ExternalAuthenticate, Hex.Of(channel.ExternalAuthenticate()));
        Assert.Equal("84F220020A4F00E588000E7ECD953900", Hex.Of(channel.Wrap(Hex.Command(session.Plain[0])).Command));
    }

    [Theory]
    [InlineData("81F2200202", "85")]
    [InlineData("83F2200202", "87")]
    [InlineData("C0F2200202", "E0")]
    [InlineData("CFF2200202", "EF")]
    public void The_mac_is_that_of_logical_channel_0(string header, string cla)
    {
        var session = Scp02Vectors.Sessions[0];
        using var keys = KeysOf(session);
        using var channel = Open(session, keys);
        channel.ExternalAuthenticate();
        Assert.Equal(cla + session.Wrapped[0][2..], Hex.Of(channel.Wrap(Hex.Command(header + "4F0000")).Command));
    }

    [Theory]
    [InlineData(0x00, "80F22002024F0000")]
    [InlineData(0x10, "80F22002024F0000")]
    public void Without_a_command_mac_commands_go_as_they_are(byte level, string command)
    {
        var session = Scp02Vectors.Sessions[0] with { Implementation = 0x35, Level = level };
        using var keys = KeysOf(session);
        using var channel = Open(session, keys);
        channel.ExternalAuthenticate();
        Assert.Equal(command, Hex.Of(channel.Wrap(Hex.Command(command)).Command));
        Assert.Equal(level == 0 ? 0 : 1, channel.PendingResponses);
    }

    [Fact]
    public void External_authenticate_comes_first_and_once()
    {
        var session = Scp02Vectors.Sessions[0];
        using var keys = KeysOf(session);
        using var channel = Open(session, keys);
        Assert.Throws<InvalidOperationException>(() => channel.Wrap(Hex.Command(session.Plain[0])));
        channel.ExternalAuthenticate();
        Assert.Throws<InvalidOperationException>(() => channel.ExternalAuthenticate());
    }

    [Theory]
    [InlineData(0x15, 0x11)] // i says no R-MAC
    [InlineData(0x15, 0x33)] // SCP02 has no R-ENCRYPTION
    [InlineData(0x17, 0x01)] // C-MAC on the unmodified APDU
    [InlineData(0x1A, 0x01)] // implicit initiation
    public void What_the_card_does_not_support_is_refused_before_anything_is_sent(byte implementation, byte level)
    {
        using var key = Hex.TripleDes(Scp02Vectors.DefaultKey);
        using var keys = new CardKeys(key, key, key);
        var session = Scp02Vectors.Sessions[0];
        Assert.Throws<SecureChannelException>(() => SecureChannel.Open(
            keys,
            Hex.Bytes(session.HostChallenge),
            InitializeUpdateResponse.Parse(Hex.Bytes(session.InitializeUpdateAnswer)),
            (SecurityLevel)level,
            new SecureChannelOptions { Scp02Implementation = implementation }));
    }

    [Fact]
    public void The_longest_data_that_fits_is_wrapped_and_one_byte_more_is_refused()
    {
        var session = Scp02Vectors.Sessions[1];
        using var keys = KeysOf(session);
        using var channel = Open(session, keys);
        channel.ExternalAuthenticate();
        Assert.Equal(239, channel.MaxPlainData);
        Assert.Equal(248, channel.Wrap(new(0x80, 0xE2, 0, 0, new byte[239])).Command.Data.Length);
        Assert.Throws<ArgumentException>(() => channel.Wrap(new(0x80, 0xE2, 0, 0, new byte[240])));
    }

    static CardKeys KeysOf(Scp02Vectors.Session session) =>
        new(Hex.TripleDes(session.Enc), Hex.TripleDes(session.Mac), Hex.TripleDes(session.Dek));

    static SecureChannel Open(Scp02Vectors.Session session, CardKeys keys) => SecureChannel.Open(
        keys,
        Hex.Bytes(session.HostChallenge),
        InitializeUpdateResponse.Parse(Hex.Bytes(session.InitializeUpdateAnswer)),
        (SecurityLevel)session.Level,
        new SecureChannelOptions { Scp02Implementation = session.Implementation });

    static SecureChannel OpenRMac(CardKeys keys) => SecureChannel.Open(
        keys,
        Hex.Bytes(Scp02Vectors.RMacHostChallenge),
        InitializeUpdateResponse.Parse(Hex.Bytes(Scp02Vectors.RMacInitializeUpdateAnswer)),
        (SecurityLevel)0x13,
        new SecureChannelOptions { Scp02Implementation = 0x75 });
}
