using PersoMesh.SmartCard;
using PersoMesh.TestVectors;

namespace PersoMesh.GlobalPlatform.Tests;

/// <summary>Whatever a card, a file or a store hands over, a parser reads it or says what is wrong by its own exception.</summary>
public class HostileDataTests
{
    [Fact]
    public void Answers_to_initialize_update_are_read_or_refused() => Property.Holds(
        Property.Hostile([.. Scp03Vectors.Sessions.Select(s => Hex.Bytes(s.InitializeUpdateAnswer)), .. Scp02Vectors.Sessions.Select(s =>
            Hex.Bytes(s.InitializeUpdateAnswer))]),
        data => Refuses<CardDataException>(() => InitializeUpdateResponse.Parse(data)) != InitializeUpdateResponse.TryParse(data, out _));

    [Fact]
    public void Registry_data_are_read_or_refused() => Property.Holds(
        Property.Hostile(Hex.Bytes(CardDataVectors.LoadFilesStatus), Hex.Bytes(CardDataVectors.IssuerSecurityDomainStatus)),
        data => Refuses<CardDataException>(() => GetStatus.Parse(data)) || GetStatus.Parse(data).All(e => !e.Aid.IsEmpty));

    [Fact]
    public void Key_information_is_read_or_refused() => Property.Holds(
        Property.Hostile(Hex.Bytes(CardDataVectors.KeysWithRsa), Hex.Bytes(CardDataVectors.KeysWithOddRsa),
            Hex.Bytes(CardDataVectors.KeysExtended)),
        data =>
            Refuses<CardDataException>(() => KeyInformation.Parse(data)) || KeyInformation.Parse(data).All(k => k.Components.Count > 0));

    [Fact]
    public void Card_data_are_read_or_refused() => Property.Holds(
        Property.Hostile(Hex.Bytes(CardDataVectors.CardDataScp02), Hex.Bytes(CardDataVectors.CardDataScp03AndScp80),
            Hex.Bytes("6F" + "0A" + "8408A000000003000000")),
        data => Refuses<CardDataException>(() => CardRecognitionData.Parse(data)) != CardRecognitionData.TryParse(data, out _)
            && Refuses<CardDataException>(() => SecurityDomainFci.Parse(data)) != SecurityDomainFci.TryParse(data, out _)
            && Refuses<CardDataException>(() => ProductionLifeCycle.Parse(data)) != ProductionLifeCycle.TryParse(data, out _));

    [Fact]
    public void Applet_and_header_components_are_read_or_refused() => Property.Holds(
        Property.Hostile([.. Scp02Vectors.HelloWorldCap.Where(c =>
            c.File.Contains("Applet", StringComparison.Ordinal) || c.File.Contains("Header", StringComparison.Ordinal)).Select(c =>
                Hex.Bytes(c.Content))]),
        data =>
            Refuses<CardDataException>(() => CapFile.Read(CapOf(data))) || CapFile.Read(CapOf(data)).PackageAid.Length is >= 5 and <= 16);

    [Fact]
    public void Cap_files_are_read_or_refused() => Property.Holds(
        Property.Hostile(CapOf([]).ToArray()),
        data => Refuses<CardDataException>(() => CapFile.Read(new MemoryStream(data)))
            || CapFile.Read(new MemoryStream(data)).PackageAid.Length > 0);

    [Fact]
    public void A_changed_state_is_refused_or_refuses_the_answers()
    {
        var session = Scp03Vectors.KaohSessions[2];
        using var key = Hex.Aes(session.Enc);
        using var keys = new CardKeys(key, key, key);
        byte[] state;
        using (var channel = SecureChannel.Open(
            keys, Hex.Bytes(session.HostChallenge), InitializeUpdateResponse.Parse(Hex.Bytes(session.InitializeUpdateAnswer)),
                (SecurityLevel)0x33))
        {
            channel.ExternalAuthenticate();
            channel.Wrap(Hex.Command(session.Plain[0]));
            state = channel.SaveState();
        }

        Property.Holds(Property.Hostile(state), changed => ResumesSafely(keys, changed, session.Answers[0]));
    }

    [Fact]
    public void A_changed_state_of_scp02_is_refused_or_refuses_the_answers()
    {
        using var key = Hex.TripleDes(Scp02Vectors.DefaultKey);
        using var keys = new CardKeys(key, key, key);
        byte[] state;
        using (var channel = SecureChannel.Open(
            keys,
            Hex.Bytes(Scp02Vectors.RMacHostChallenge),
            InitializeUpdateResponse.Parse(Hex.Bytes(Scp02Vectors.RMacInitializeUpdateAnswer)),
            (SecurityLevel)0x13,
            new SecureChannelOptions { Scp02Implementation = 0x75 }))
        {
            channel.ExternalAuthenticate();
            channel.Wrap(Hex.Command(Scp02Vectors.RMacPlainCommand));
            state = channel.SaveState();
        }

        Property.Holds(Property.Hostile(state), changed => ResumesSafely(keys, changed, Scp02Vectors.RMacAnswer));
    }

    static bool ResumesSafely(CardKeys keys, byte[] state, string answer)
    {
        try
        {
            using var channel = SecureChannel.Resume(keys, state);
            if (channel.PendingResponses > 0)
                channel.Unwrap(Hex.Response(answer));
            return true;
        }
        catch (Exception e) when (e is SecureChannelException or InvalidOperationException or ArgumentException)
        {
            return true;
        }
    }

    static MemoryStream CapOf(byte[] component)
    {
        var stream = new MemoryStream();
        using (var archive = new System.IO.Compression.ZipArchive(stream, System.IO.Compression.ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (file, content) in Scp02Vectors.HelloWorldCap)
            {
                var replaced = component.Length > 0 && Hex.Bytes(content)[0] == component[0];
                using var entry = archive.CreateEntry(file).Open();
                entry.Write(replaced ? component : Hex.Bytes(content));
            }
        }

        stream.Position = 0;
        return stream;
    }

    static bool Refuses<T>(Action parse)
        where T : Exception
    {
        try
        {
            parse();
            return false;
        }
        catch (T)
        {
            return true;
        }
    }
}
