using System.Diagnostics.CodeAnalysis;
using PersoMesh.SmartCard;

namespace PersoMesh.GlobalPlatform;

/// <summary>
/// The answer to INITIALIZE UPDATE, of SCP02 (GPC 2.3.1 table E-9) or SCP03 (GPC Amendment D 1.1.1 table 7-2; S16 as in later versions of
/// that amendment). Immutable; holds copies.
/// </summary>
public sealed class InitializeUpdateResponse
{
    InitializeUpdateResponse(ReadOnlySpan<byte> data, int challengeAt, int challengeLength, int cryptogramLength)
    {
        KeyDiversificationData = data[..10].ToArray();
        KeyVersion = data[10];
        Protocol = (SecureChannelProtocol)data[11];
        CardChallenge = data.Slice(challengeAt, challengeLength).ToArray();
        CardCryptogram = data.Slice(challengeAt + challengeLength, cryptogramLength).ToArray();
    }

    /// <summary>Key diversification data, 10 bytes.</summary>
    public ReadOnlyMemory<byte> KeyDiversificationData { get; }

    /// <summary>Key version number of the key set that the card used; FF on many cards for the initial keys.</summary>
    public byte KeyVersion { get; }

    /// <summary>The protocol.</summary>
    public SecureChannelProtocol Protocol { get; }

    /// <summary>The parameter i of SCP03 (GPC Amendment D table 5-1); null with SCP02, whose answer does not carry it.</summary>
    public byte? Implementation { get; private init; }

    /// <summary>6 bytes (SCP02), 8 bytes (SCP03 S8) or 16 bytes (SCP03 S16).</summary>
    public ReadOnlyMemory<byte> CardChallenge { get; }

    /// <summary>8 bytes, 16 bytes in SCP03 S16.</summary>
    public ReadOnlyMemory<byte> CardCryptogram { get; }

    /// <summary>
    /// SCP02: 2-byte counter of successful authentications with this key set. SCP03 with pseudo-random challenges: 3-byte counter, already
    /// advanced for this session. Null when the answer carries none.
    /// </summary>
    public int? SequenceCounter { get; private init; }

    /// <summary>True for SCP03 with 16-byte challenges, cryptograms and MACs.</summary>
    public bool IsS16 => CardCryptogram.Length == 16;

    /// <summary>Reads the response data.</summary>
    /// <param name="data">Response data without status word: 28 bytes (SCP02), 29 or 32 (SCP03 S8), 45 or 48 (SCP03 S16); copied.</param>
    /// <param name="response">The response.</param>
    /// <returns>False when length, protocol identifier and parameter i do not fit each other.</returns>
    public static bool TryParse(ReadOnlySpan<byte> data, [NotNullWhen(true)] out InitializeUpdateResponse? response) =>
        Read(data, out response) is null && response is not null;

    /// <summary>Reads the response data; the throwing form of <see cref="TryParse"/>.</summary>
    /// <param name="data">Response data without status word; copied.</param>
    /// <exception cref="CardDataException">The data is no such answer.</exception>
    public static InitializeUpdateResponse Parse(ReadOnlySpan<byte> data) =>
        Read(data, out var response) is { } error ? throw error.ToException() : response!;

    static CardDataError? Read(ReadOnlySpan<byte> data, out InitializeUpdateResponse? response)
    {
        response = null;
        if (data.Length < 28)
            return Error(data.Length, $"{data.Length} bytes, at least 28 are needed");
        switch (data[11])
        {
            case 0x02 when data.Length != 28:
                return Error(28, $"{data.Length} bytes, SCP02 has 28");
            case 0x02:
                response = new InitializeUpdateResponse(data, 14, 6, 8) { SequenceCounter = (data[12] << 8) | data[13] };
                return null;
            case 0x03:
                return ReadScp03(data, out response);
            default:
                return Error(11, $"secure channel protocol {data[11]:X2}; only 02 and 03 are known");
        }
    }

    static CardDataError? ReadScp03(ReadOnlySpan<byte> data, out InitializeUpdateResponse? response)
    {
        response = null;
        var i = data[12];
        var half = (i & Scp03Implementation.S16) == 0 ? 8 : 16;
        var hasCounter = (i & Scp03Implementation.PseudoRandomChallenge) != 0;
        var expected = 13 + (2 * half) + (hasCounter ? 3 : 0);
        if (data.Length != expected)
            return Error(12, $"{data.Length} bytes, SCP03 with i = {i:X2} has {expected}");
        response = new InitializeUpdateResponse(data, 13, half, half)
        {
            Implementation = i,
            SequenceCounter = hasCounter ? (data[^3] << 16) | (data[^2] << 8) | data[^1] : null,
        };
        return null;
    }

    static CardDataError Error(int offset, string reason) => new("answer to INITIALIZE UPDATE", offset, reason);
}
