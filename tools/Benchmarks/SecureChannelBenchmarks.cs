using BenchmarkDotNet.Attributes;
using PersoMesh.GlobalPlatform;
using PersoMesh.Keys;
using PersoMesh.SmartCard;
using PersoMesh.TestVectors;

namespace PersoMesh.Benchmarks;

/// <summary>STORE DATA with 200 bytes in a session with keys in memory; and what the result alone costs.</summary>
public class SecureChannelBenchmarks
{
    const int DataLength = 200;
    const int Scp03Length = 208 + 8;
    const int Scp02Length = 208 + 8;

    static readonly CommandApdu Plain = new(0x80, 0xE2, 0x00, 0x00, new byte[DataLength], 256);

    readonly List<IDisposable> _opened = [];
    SecureChannel _scp03 = null!;
    SecureChannel _scp03Mac = null!;
    SecureChannel _scp02 = null!;
    byte[] _encoded = null!;

    [GlobalSetup]
    public void Open()
    {
        var kaoh = Scp03Vectors.KaohSessions[2];
        _scp03 = Open(KeyAlgorithm.Aes, kaoh.Enc, kaoh.HostChallenge, kaoh.InitializeUpdateAnswer, 0x03);
        _scp03Mac = Open(KeyAlgorithm.Aes, kaoh.Enc, kaoh.HostChallenge, kaoh.InitializeUpdateAnswer, 0x01);
        var session = Scp02Vectors.Sessions[1];
        _scp02 = Open(KeyAlgorithm.TripleDes, session.Enc, session.HostChallenge, session.InitializeUpdateAnswer, 0x03);
        _encoded = Plain.ToArray();
    }

    [GlobalCleanup]
    public void Close()
    {
        _opened.ForEach(opened => opened.Dispose());
        _opened.Clear();
    }

    [Benchmark(Description = "SCP03 wrap, C-MAC and C-DECRYPTION")]
    public WrappedCommand Scp03Wrap() => _scp03.Wrap(Plain);

    [Benchmark(Description = "SCP03 wrap, C-MAC")]
    public WrappedCommand Scp03WrapWithMac() => _scp03Mac.Wrap(Plain);

    [Benchmark(Description = "SCP02 wrap, C-MAC and C-DECRYPTION")]
    public WrappedCommand Scp02Wrap() => _scp02.Wrap(Plain);

    [Benchmark(Description = "(a wrapped command alone, SCP03)")]
    public WrappedCommand Scp03Result() => new(1, new CommandApdu(0x84, 0xE2, 0x00, 0x00, new byte[Scp03Length], 256));

    [Benchmark(Description = "(a wrapped command alone, SCP02)")]
    public WrappedCommand Scp02Result() => new(1, new CommandApdu(0x84, 0xE2, 0x00, 0x00, new byte[Scp02Length], 256));

    [Benchmark(Description = "command APDU parse")]
    public CommandApdu Parse() => CommandApdu.Parse(_encoded);

    SecureChannel Open(KeyAlgorithm algorithm, string key, string host, string answer, byte level)
    {
        var secret = new SoftwareKey(algorithm, Convert.FromHexString(key));
        var keys = new CardKeys(secret, secret, secret);
        var channel = SecureChannel.Open(
            keys, Convert.FromHexString(host), InitializeUpdateResponse.Parse(Convert.FromHexString(answer)), (SecurityLevel)level);
        channel.ExternalAuthenticate();
        _opened.AddRange([channel, keys, secret]);
        return channel;
    }
}
