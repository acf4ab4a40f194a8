using PersoMesh.SmartCard;
using PersoMesh.TestVectors;

namespace PersoMesh.GlobalPlatform.Tests;

/// <summary>A million commands a day are wrapped: nothing is allocated but what is handed over.</summary>
public class AllocationTests
{
    const int Times = 50;

    // An error is not authenticated: unwrapping it costs nothing, and the next command finds the channel as this one did.
    static readonly ResponseApdu Refusal = new(default, 0x6A80);

    [Theory]
    [InlineData(0x01, 0)]
    [InlineData(0x01, 200)]
    [InlineData(0x03, 0)]
    [InlineData(0x03, 200)]
    [InlineData(0x33, 200)]
    public void Wrapping_in_scp03_allocates_the_result_alone(byte level, int length)
    {
        var session = Scp03Vectors.KaohSessions[2];
        using var key = Hex.Aes(session.Enc);
        using var keys = new CardKeys(key, key, key);
        using var channel = SecureChannel.Open(
            keys, Hex.Bytes(session.HostChallenge), InitializeUpdateResponse.Parse(Hex.Bytes(session.InitializeUpdateAnswer)),
            (SecurityLevel)level);
        AssertResultAlone(channel, length);
    }

    [Theory]
    [InlineData(0x01, 0)]
    [InlineData(0x01, 200)]
    [InlineData(0x03, 0)]
    [InlineData(0x03, 200)]
    public void Wrapping_in_scp02_allocates_the_result_alone(byte level, int length)
    {
        var session = Scp02Vectors.Sessions[1];
        using var key = Hex.TripleDes(session.Enc);
        using var keys = new CardKeys(key, key, key);
        using var channel = SecureChannel.Open(
            keys, Hex.Bytes(session.HostChallenge), InitializeUpdateResponse.Parse(Hex.Bytes(session.InitializeUpdateAnswer)),
            (SecurityLevel)level);
        AssertResultAlone(channel, length);
    }

    [Fact]
    public void Parsing_a_command_allocates_the_command_alone()
    {
        ReadOnlyMemory<byte> encoded = Hex.Bytes("80E2910006BF3E035C015A00");
        Assert.Equal(Allocated(() => new CommandApdu(0, 0, 0, 0, encoded, 1)), Allocated(() => CommandApdu.Parse(encoded)));
    }

    static void AssertResultAlone(SecureChannel channel, int length)
    {
        channel.ExternalAuthenticate();
        var plain = new CommandApdu(0x80, 0xE2, 0x00, 0x00, new byte[length], 256);
        var wrapped = channel.Wrap(plain).Command;
        Skip(channel);
        var result = Allocated(() => new WrappedCommand(1, new CommandApdu(0x84, 0xE2, 0, 0, new byte[wrapped.Data.Length], 256)));
        Assert.Equal(result, Allocated(() =>
        {
            var command = channel.Wrap(plain);
            Skip(channel);
            return command;
        }));
    }

    static void Skip(SecureChannel channel)
    {
        if (channel.PendingResponses > 0)
            channel.Unwrap(Refusal);
    }

    static long Allocated(Func<object> action)
    {
        for (var i = 0; i < Times; i++)
            action();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Times; i++)
            action();
        return (GC.GetAllocatedBytesForCurrentThread() - before) / Times;
    }
}
