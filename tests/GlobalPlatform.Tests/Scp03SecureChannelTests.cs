using PersoMesh.Keys;
using PersoMesh.SmartCard;
using PersoMesh.TestVectors;

namespace PersoMesh.GlobalPlatform.Tests;

public class Scp03SecureChannelTests
{
    public static TheoryData<int> Sessions => [.. Enumerable.Range(0, Scp03Vectors.Sessions.Length)];

    public static TheoryData<int> SessionsWithResponseMac =>
        [.. Enumerable.Range(0, Scp03Vectors.Sessions.Length).Where(i => (Scp03Vectors.Sessions[i].Level & 0x10) != 0)];

    [Theory]
    [MemberData(nameof(Sessions))]
    public void Published_sessions_are_reproduced(int index)
    {
        var session = Scp03Vectors.Sessions[index];
        using var keys = KeysOf(session);
        var initializeUpdate = Hex.Command(session.InitializeUpdate);
        Assert.Equal(session.InitializeUpdate, Hex.Of(InitializeUpdate.Command(initializeUpdate.P1, initializeUpdate.Data.Span)));
        using var channel = Open(session, keys);
        Assert.Equal(session.ExternalAuthenticate, Hex.Of(channel.ExternalAuthenticate()));
        Assert.Equal(session.Wrapped[0], Hex.Of(channel.Wrap(Hex.Command(Scp03Vectors.PlainCommands[0])).Command));
        Assert.Equal(Scp03Vectors.FirstAnswerPlain + "9000", Hex.Of(channel.Unwrap(Hex.Response(session.FirstAnswer + "9000"))));
        Assert.Equal(session.Wrapped[1..], Scp03Vectors.PlainCommands[1..].Select(plain =>
            Hex.Of(channel.Wrap(Hex.Command(plain)).Command)));
    }

    [Theory]
    [MemberData(nameof(SessionsWithResponseMac))]
    public void A_whole_script_is_wrapped_first_and_its_answers_verified_in_another_process(int index)
    {
        var session = Scp03Vectors.Sessions[index];
        byte[] state;
        using (var keys = KeysOf(session))
        using (var channel = Open(session, keys))
        {
            channel.ExternalAuthenticate();
            Assert.Equal(session.Wrapped, Scp03Vectors.PlainCommands.Select(plain => Hex.Of(channel.Wrap(Hex.Command(plain)).Command)));
            state = channel.SaveState();
        }

        using var keysAgain = KeysOf(session);
        using var resumed = SecureChannel.Resume(keysAgain, state);
        Assert.Equal(5, resumed.PendingResponses);
        Assert.Equal(Scp03Vectors.FirstAnswerPlain + "9000", Hex.Of(resumed.Unwrap(Hex.Response(session.FirstAnswer + "9000"))));
        Assert.Equal("6A88", Hex.Of(resumed.Unwrap(Hex.Response("6A88"))));
        Assert.Equal(3, Assert.Throws<ResponseMacMismatchException>(() =>
            resumed.Unwrap(Hex.Response(session.FirstAnswer + "9000"))).CommandNumber);
    }

    [Theory]
    [MemberData(nameof(Sessions))]
    public void A_session_is_continued_from_its_state_between_any_two_commands(int index)
    {
        var session = Scp03Vectors.Sessions[index];
        using var keys = KeysOf(session);
        byte[] state;
        using (var channel = Open(session, keys))
        {
            channel.ExternalAuthenticate();
            state = channel.SaveState();
        }

        var wrapped = new List<string>();
        foreach (var plain in Scp03Vectors.PlainCommands)
        {
            using var channel = SecureChannel.Resume(keys, state);
            wrapped.Add(Hex.Of(channel.Wrap(Hex.Command(plain)).Command));
            state = channel.SaveState();
        }

        Assert.Equal(session.Wrapped, wrapped);
    }

    [Theory]
    [MemberData(nameof(Sessions))]
    public void The_pseudo_random_challenge_is_predicted(int index)
    {
        var session = Scp03Vectors.Sessions[index];
        using var keys = KeysOf(session);
        var response = InitializeUpdateResponse.Parse(Hex.Bytes(session.InitializeUpdateAnswer));
        Assert.Equal(
            Convert.ToHexString(response.CardChallenge.Span),
            Convert.ToHexString(CardChallenge.ComputeScp03(keys, response.SequenceCounter!.Value, Hex.Bytes(Scp03Vectors.SessionAid))));
    }

    [Theory]
    [MemberData(nameof(Sessions))]
    public void The_whole_answer_to_INITIALIZE_UPDATE_is_foreseen(int index)
    {
        var session = Scp03Vectors.Sessions[index];
        using var keys = KeysOf(session);
        var answer = InitializeUpdateResponse.Parse(Hex.Bytes(session.InitializeUpdateAnswer));
        var card = new ExpectedCard(
            SecureChannelProtocol.Scp03, answer.Implementation!.Value, answer.KeyVersion, answer.KeyDiversificationData, answer.SequenceCounter!.Value - 1,
            Hex.Bytes(Scp03Vectors.SessionAid));
        var challenge = Hex.Command(session.InitializeUpdate).Data;
        Assert.Equal(session.InitializeUpdateAnswer, Convert.ToHexString(InitializeUpdateForecast.Compute(keys, challenge.Span, card)));
        Assert.NotEqual(
            session.InitializeUpdateAnswer, Convert.ToHexString(InitializeUpdateForecast.Compute(keys, challenge.Span, card with { SequenceCounter = card.SequenceCounter + 1 })));
        // i = 60: random challenges.
        Assert.Throws<SecureChannelException>(() => InitializeUpdateForecast.Compute(keys, challenge.Span, card with { Implementation = 0x60 }));
        Assert.Throws<SecureChannelException>(() => InitializeUpdateForecast.Compute(keys, challenge.Span, card with { KeyVersion = 0 }));
    }

    [Theory]
    // STANDARDS.md §3 (a real card) and the OpenJavaCard derivation test: keys 404142..4F.
    [InlineData(0x64, "A000000151000000", "CA256EE20E464E39")]
    [InlineData(0x10, "A000000003000000", Scp03Vectors.DerivationCardChallenge)]
    public void The_pseudo_random_challenge_of_other_cards_is_predicted(int counter, string aid, string challenge)
    {
        using var key = Hex.Aes(Scp02Vectors.DefaultKey);
        using var keys = new CardKeys(key, key, key);
        Assert.Equal(challenge, Convert.ToHexString(CardChallenge.ComputeScp03(keys, counter, Hex.Bytes(aid))));
    }

    [Fact]
    public void Session_keys_are_the_published_ones()
    {
        using var key = Hex.Aes(Scp02Vectors.DefaultKey);
        var context = Hex.Bytes(Scp03Vectors.DerivationHostChallenge + Scp03Vectors.DerivationCardChallenge);
        Assert.All(
            [(Scp03Kdf.SEnc, Scp03Vectors.DerivationSEnc), (Scp03Kdf.SMac, Scp03Vectors.DerivationSMac),
                (Scp03Kdf.SRMac, Scp03Vectors.DerivationSRMac)],
            ((byte Constant, string Expected) v) =>
            {
                using var derived = Scp03Kdf.DeriveKey(key, v.Constant, context);
                Assert.Equal(Hex.Fingerprint(Hex.Aes(v.Expected)), Hex.Fingerprint(derived));
            });
    }

    [Fact]
    public void The_key_derivation_matches_its_published_vectors() => Assert.All(Scp03Vectors.Kdf, v =>
    {
        using var parent = Hex.Aes(v.Key);
        using var derived = Scp03Kdf.DeriveKey(parent, v.Constant, Hex.Bytes(v.Context), v.Output.Length / 2);
        Assert.Equal(Hex.Fingerprint(Hex.Aes(v.Output)), Hex.Fingerprint(derived));
    });

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Sessions_of_real_cards_are_reproduced(int index)
    {
        var session = Scp03Vectors.KaohSessions[index];
        using var enc = Hex.Aes(session.Enc);
        using var mac = Hex.Aes(session.Mac);
        using var dek = Hex.Aes(session.Dek);
        using var keys = new CardKeys(enc, mac, dek);
        using var channel = SecureChannel.Open(
            keys, Hex.Bytes(session.HostChallenge), InitializeUpdateResponse.Parse(Hex.Bytes(session.InitializeUpdateAnswer)),
                (SecurityLevel)session.Level);
        Assert.Equal(session.ExternalAuthenticate, Hex.Of(channel.ExternalAuthenticate()));
        Assert.Equal(session.Wrapped, session.Plain.Select(plain => Hex.Of(channel.Wrap(Hex.Command(plain)).Command)));
        var answers = session.Answers.Select(answer => channel.Unwrap(Hex.Response(answer))).ToList();
        Assert.All(answers, answer => Assert.True(answer.IsSuccess));

        // The applet of the session with R-ENCRYPTION echoes the command's data.
        if (session.Level == 0x33)
            Assert.All(answers, answer => Assert.Equal(Hex.Command(session.Plain[0]).Data.ToArray(), answer.Data.ToArray()));
    }

    [Fact]
    public void S16_sessions_are_those_that_openssl_computes()
    {
        using var key = Hex.Aes(Scp02Vectors.DefaultKey);
        using var keys = new CardKeys(key, key, key);
        using var channel = SecureChannel.Open(
            keys, Hex.Bytes(Scp03Vectors.S16HostChallenge), InitializeUpdateResponse.Parse(Hex.Bytes(Scp03Vectors.S16Answer)),
                (SecurityLevel)0x33);
        Assert.Equal(223, channel.MaxPlainData);
        Assert.Equal(Scp03Vectors.S16ExternalAuthenticate, Hex.Of(channel.ExternalAuthenticate()));
        Assert.Equal(Scp03Vectors.S16Wrapped, Hex.Of(channel.Wrap(Hex.Command(Scp03Vectors.S16Plain)).Command));
        Assert.Equal(Scp03Vectors.S16AnswerPlain, Hex.Of(channel.Unwrap(Hex.Response(Scp03Vectors.S16AnswerProtected))));
    }

    [Fact]
    public void Without_i_bit_10_the_answer_has_no_counter_and_the_session_is_the_same()
    {
        // Constructed from the published session AES128 level 03: S8 cryptography does not depend on i, the 3-byte counter is dropped.
        var session = Scp03Vectors.Sessions[1];
        var answer = Hex.Bytes(session.InitializeUpdateAnswer)[..29];
        answer[12] = 0x00;
        using var keys = KeysOf(session);
        using var channel = SecureChannel.Open(keys, Hex.Command(session.InitializeUpdate).Data.Span,
            InitializeUpdateResponse.Parse(answer), (SecurityLevel)0x03);
        Assert.Equal(session.ExternalAuthenticate, Hex.Of(channel.ExternalAuthenticate()));
    }

    [Fact]
    public void A_card_whose_counter_ignores_commands_without_data_is_spoken_to_as_it_wants()
    {
        // Third command of a session whose first two have no data: for such a card it is the first that counts.
        var session = Scp03Vectors.Sessions[1];
        using var keys = KeysOf(session);
        using var odd = Open(session, keys, CardQuirks.CounterOnlyWithData);
        odd.ExternalAuthenticate();
        odd.Wrap(Hex.Command("80F22002"));
        odd.Wrap(Hex.Command("80CA006600"));
        using var straight = Open(session, keys);
        straight.ExternalAuthenticate();
        var expected = straight.Wrap(Hex.Command(Scp03Vectors.PlainCommands[0])).Command.Data[..^8];
        Assert.Equal(expected.ToArray(), odd.Wrap(Hex.Command(Scp03Vectors.PlainCommands[0])).Command.Data[..^8].ToArray());
    }

    [Theory]
    [MemberData(nameof(Sessions))]
    public void A_wrong_key_is_noticed_before_anything_is_sent(int index)
    {
        var session = Scp03Vectors.Sessions[index];
        using var enc = new SoftwareKey(KeyAlgorithm.Aes, Scp03Vectors.KeyOf(Scp03Vectors.Aes128Enc, session.KeyLength));
        using var keys = new CardKeys(enc, enc, enc);
        var thrown = Assert.Throws<CardCryptogramMismatchException>(() => Open(session, keys));
        Assert.DoesNotContain(session.InitializeUpdateAnswer[42..58], thrown.Message);
    }

    [Theory]
    [InlineData(0x00, 0x11)]
    [InlineData(0x20, 0x33)]
    [InlineData(0x60, 0x10)]
    public void A_level_that_i_does_not_offer_is_refused(byte i, byte level)
    {
        var answer = Hex.Bytes(Scp03Vectors.Sessions[0].InitializeUpdateAnswer)[..29];
        answer[12] = i;
        using var keys = KeysOf(Scp03Vectors.Sessions[0]);
        Assert.Throws<SecureChannelException>(() =>
            SecureChannel.Open(keys, Hex.Command(Scp03Vectors.Sessions[0].InitializeUpdate).Data.Span,
                InitializeUpdateResponse.Parse(answer), (SecurityLevel)level));
    }

    [Fact]
    public void Sensitive_data_is_encrypted_under_the_static_dek()
    {
        // OpenJavaCard SCP03WrapperTest: the default key under itself, AES-CBC with a zero IV.
        var session = Scp03Vectors.Sessions[0];
        using var enc = Hex.Aes(Scp03Vectors.Aes128Enc);
        using var mac = Hex.Aes(Scp03Vectors.Aes128Mac);
        using var dek = Hex.Aes(Scp02Vectors.DefaultKey);
        using var keys = new CardKeys(enc, mac, dek);
        using var channel = Open(session, keys);
        var encrypted = new byte[16];
        channel.EncryptSensitiveData(Hex.Bytes(Scp02Vectors.DefaultKey), encrypted);
        Assert.Equal("80D2A5B08FA0EE51143B459E638106DF", Convert.ToHexString(encrypted));
        Assert.Throws<ArgumentException>(() => channel.EncryptSensitiveData(new byte[24], new byte[24]));
    }

    [Fact]
    public void Data_longer_than_a_short_command_goes_extended()
    {
        var session = Scp03Vectors.Sessions[1];
        using var keys = KeysOf(session);
        using var channel = Open(session, keys);
        channel.ExternalAuthenticate();
        Assert.False(channel.Wrap(new CommandApdu(0x80, 0xE2, 0, 0, new byte[channel.MaxPlainData])).Command.IsExtended);
        Assert.True(channel.Wrap(new CommandApdu(0x80, 0xE2, 0, 0, new byte[channel.MaxPlainData + 1])).Command.IsExtended);
    }

    static CardKeys KeysOf(Scp03Vectors.Session session) => new(
        Key(Scp03Vectors.Aes128Enc, session), Key(Scp03Vectors.Aes128Mac, session), Key(Scp03Vectors.Aes128Dek, session));

    static SoftwareKey Key(string first16, Scp03Vectors.Session session) =>
        new(KeyAlgorithm.Aes, Scp03Vectors.KeyOf(first16, session.KeyLength));

    static SecureChannel Open(Scp03Vectors.Session session, CardKeys keys, CardQuirks quirks = CardQuirks.None) => SecureChannel.Open(
        keys,
        Hex.Command(session.InitializeUpdate).Data.Span,
        InitializeUpdateResponse.Parse(Hex.Bytes(session.InitializeUpdateAnswer)),
        (SecurityLevel)session.Level,
        new SecureChannelOptions { Quirks = quirks });
}
