using PersoMesh.Keys;
using PersoMesh.TestVectors;

namespace PersoMesh.GlobalPlatform.Tests;

/// <summary>Every call to an HSM is a round trip: what a session costs is part of what the library promises.</summary>
public class ModuleCallsTests
{
    const string StoreData = "80E2910006BF3E035C015A00";

    [Theory]
    // Opening: derive Key-MAC (KDF3) and S-MAC, each after one ECB call; card cryptogram, host cryptogram, MAC of EXTERNAL AUTHENTICATE.
    [InlineData(0x01, 2, 5)]
    // The same: S-ENC is derived with the first command that is encrypted, S-RMAC with the first response.
    [InlineData(0x33, 2, 5)]
    public void Opening_scp03_costs(byte level, int derivations, int operations)
    {
        var tally = new CountingKey.Tally();
        using var master = new CountingKey(Hex.Aes(Scp03Vectors.CosmoMaster), tally);
        using var keys = KeysOf(master);
        using var channel = Open(keys, level);
        channel.ExternalAuthenticate();
        Assert.Equal((derivations, operations), (tally.Derivations, tally.Operations));
    }

    [Theory]
    [InlineData(0x01, 0, 10)] // a MAC each
    [InlineData(0x03, 2, 2 + 20)] // Key-ENC and S-ENC; then one CBC call and a MAC each
    [InlineData(0x33, 2, 2 + 20)] // nothing more before the answers come
    public void Ten_scp03_commands_cost(byte level, int derivations, int operations)
    {
        var tally = new CountingKey.Tally();
        using var master = new CountingKey(Hex.Aes(Scp03Vectors.CosmoMaster), tally);
        using var keys = KeysOf(master);
        using var channel = Open(keys, level);
        channel.ExternalAuthenticate();
        var (d, o) = (tally.Derivations, tally.Operations);
        for (var i = 0; i < 10; i++)
            channel.Wrap(Hex.Command(StoreData));
        Assert.Equal((derivations, operations), (tally.Derivations - d, tally.Operations - o));
    }

    [Fact]
    public void Verifying_answers_later_derives_only_the_response_key()
    {
        var tally = new CountingKey.Tally();
        using var master = new CountingKey(Hex.Aes(Scp03Vectors.Aes128Mac), tally);
        var session = Scp03Vectors.Sessions[0];
        byte[] state;
        using (var first = Hex.Aes(Scp03Vectors.Aes128Mac))
        using (var keys = new CardKeys(first, first, first))
        using (var channel = SecureChannel.Open(
            keys, Hex.Command(session.InitializeUpdate).Data.Span,
                InitializeUpdateResponse.Parse(Hex.Bytes(session.InitializeUpdateAnswer)), (SecurityLevel)0x11))
        {
            channel.ExternalAuthenticate();
            channel.Wrap(Hex.Command(StoreData));
            state = channel.SaveState();
        }

        using var keysAgain = new CardKeys(master, master, master);
        using var resumed = SecureChannel.Resume(keysAgain, state);
        resumed.Unwrap(Hex.Response(session.FirstAnswer + "9000"));
        Assert.Equal((1, 2), (tally.Derivations, tally.Operations));
    }

    [Fact]
    public void An_scp02_session_costs()
    {
        var tally = new CountingKey.Tally();
        var session = Scp02Vectors.Sessions[1];
        using var key = new CountingKey(Hex.TripleDes(Scp02Vectors.DefaultKey), tally);
        using var keys = new CardKeys(key, key, key);
        using var channel = SecureChannel.Open(
            keys, Hex.Bytes(session.HostChallenge), InitializeUpdateResponse.Parse(Hex.Bytes(session.InitializeUpdateAnswer)),
                (SecurityLevel)0x03);
        channel.ExternalAuthenticate();

        // S-ENC, S-MAC and the left half of S-MAC; two cryptograms and a MAC in two calls.
        Assert.Equal((3, 4), (tally.Derivations, tally.Operations));
        for (var i = 0; i < 10; i++)
            channel.Wrap(Hex.Command(StoreData));

        // Encryption, and the MAC in two calls; the encryption of the ICV is part of them.
        Assert.Equal((3, 4 + 30), (tally.Derivations, tally.Operations));
    }

    [Fact]
    public void What_failed_for_the_moment_can_be_done_again()
    {
        var session = Scp03Vectors.KaohSessions[2];
        for (var failAt = 1; failAt <= 14; failAt++)
        {
            var tally = new CountingKey.Tally();
            using var key = new CountingKey(Hex.Aes(session.Enc), tally);
            using var keys = new CardKeys(key, key, key);
            tally.FailAt = failAt;
            using var channel = Again(() => SecureChannel.Open(
                keys,
                Hex.Bytes(session.HostChallenge),
                InitializeUpdateResponse.Parse(Hex.Bytes(session.InitializeUpdateAnswer)),
                (SecurityLevel)session.Level));
            Assert.Equal(session.ExternalAuthenticate, Hex.Of(Again(channel.ExternalAuthenticate)));
            Assert.Equal(session.Wrapped, session.Plain.Select(plain => Hex.Of(Again(() => channel.Wrap(Hex.Command(plain))).Command)));
            Assert.All(session.Answers, answer => Again(() => channel.Unwrap(Hex.Response(answer))));
        }
    }

    [Fact]
    public void What_failed_for_the_moment_can_be_done_again_in_scp02()
    {
        var session = Scp02Vectors.Sessions[1];
        for (var failAt = 1; failAt <= 10; failAt++)
        {
            var tally = new CountingKey.Tally();
            using var key = new CountingKey(Hex.TripleDes(Scp02Vectors.DefaultKey), tally);
            using var keys = new CardKeys(key, key, key);
            tally.FailAt = failAt;
            using var channel = Again(() => SecureChannel.Open(
                keys,
                Hex.Bytes(session.HostChallenge),
                InitializeUpdateResponse.Parse(Hex.Bytes(session.InitializeUpdateAnswer)),
                (SecurityLevel)session.Level));
            Assert.Equal(session.ExternalAuthenticate, Hex.Of(Again(channel.ExternalAuthenticate)));
            Assert.Equal(session.Wrapped, session.Plain.Select(plain => Hex.Of(Again(() => channel.Wrap(Hex.Command(plain))).Command)));
        }
    }

    [Fact]
    public void Nothing_that_was_derived_outlives_the_session()
    {
        var tally = new CountingKey.Tally();
        using var master = new CountingKey(Hex.Aes(Scp03Vectors.CosmoMaster), tally);
        using (var keys = KeysOf(master))
        using (var channel = Open(keys, 0x33))
        {
            channel.ExternalAuthenticate();
            channel.Wrap(Hex.Command(StoreData));
            channel.EncryptSensitiveData(new byte[16], new byte[16]);
            // Key-ENC, Key-MAC, Key-DEK, S-ENC, S-MAC; the master key is not counted.
            Assert.Equal(5, tally.Alive);
        }

        Assert.Equal(0, tally.Alive);
    }

    static T Again<T>(Func<T> call)
    {
        try
        {
            return call();
        }
        catch (SecurityModuleException)
        {
            return call();
        }
    }

    static CardKeys KeysOf(CountingKey master) => KeyDiversification.Derive(
        DiversificationMethod.Kdf3, master,
            InitializeUpdateResponse.Parse(Hex.Bytes(Scp03Vectors.CosmoAnswer)).KeyDiversificationData.Span);

    static SecureChannel Open(CardKeys keys, byte level) => SecureChannel.Open(
        keys, Hex.Bytes(Scp03Vectors.CosmoHostChallenge), InitializeUpdateResponse.Parse(Hex.Bytes(Scp03Vectors.CosmoAnswer)),
            (SecurityLevel)level);
}
