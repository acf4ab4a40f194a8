using System.Diagnostics.CodeAnalysis;

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
    /// <param name="problem">What is wrong with the data; null when nothing is.</param>
    /// <returns>False when length, protocol identifier and parameter i do not fit each other.</returns>
    public static bool TryParse(
        ReadOnlySpan<byte> data, [NotNullWhen(true)] out InitializeUpdateResponse? response, [NotNullWhen(false)] out string? problem)
    {
        (response, problem) = data.Length < 28
            ? (null, $"The answer to INITIALIZE UPDATE has {data.Length} bytes, at least 28 are needed.")
            : data[11] switch
            {
                0x02 => ParseScp02(data),
                0x03 => ParseScp03(data),
                var other => (null, $"The card speaks secure channel protocol {other:X2} (byte 11 of its answer); only 02 and 03 are known."),
            };
        return response is not null;
    }

    /// <summary>Reads the response data; the throwing form of <see cref="TryParse"/>.</summary>
    /// <param name="data">Response data without status word; copied.</param>
    /// <exception cref="FormatException">The data is no such answer.</exception>
    public static InitializeUpdateResponse Parse(ReadOnlySpan<byte> data) =>
        TryParse(data, out var response, out var problem) ? response : throw new FormatException(problem);

    static (InitializeUpdateResponse?, string?) ParseScp02(ReadOnlySpan<byte> data) => data.Length == 28
        ? (new InitializeUpdateResponse(data, 14, 6, 8) { SequenceCounter = (data[12] << 8) | data[13] }, null)
        : (null, $"An SCP02 answer to INITIALIZE UPDATE has 28 bytes, this one has {data.Length}.");

    static (InitializeUpdateResponse?, string?) ParseScp03(ReadOnlySpan<byte> data)
    {
        var i = data[12];
        var half = (i & Scp03Implementation.S16) == 0 ? 8 : 16;
        var hasCounter = (i & Scp03Implementation.PseudoRandomChallenge) != 0;
        var expected = 13 + (2 * half) + (hasCounter ? 3 : 0);
        if (data.Length != expected)
            return (null, $"An SCP03 answer to INITIALIZE UPDATE with i = {i:X2} has {expected} bytes, this one has {data.Length}.");
        return (new InitializeUpdateResponse(data, 13, half, half)
        {
            Implementation = i,
            SequenceCounter = hasCounter ? (data[^3] << 16) | (data[^2] << 8) | data[^1] : null,
        }, null);
    }
}
