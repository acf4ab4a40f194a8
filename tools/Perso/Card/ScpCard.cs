using System.Globalization;
using PersoMesh.GlobalPlatform;
using PersoMesh.Perso.Commands;
using PersoMesh.SmartCard;

namespace PersoMesh.Perso.Card;

/// <summary>What a card said of itself in its answer to INITIALIZE UPDATE, for people and as JSON.</summary>
sealed record ScpCard(
    string KeyDiversificationData, string KeyVersion, string Protocol, string? Implementation, int? SequenceCounter, string CardChallenge,
    string CardCryptogram)
{
    /// <summary>Reads the answer, with or without the status word 9000 behind it.</summary>
    /// <exception cref="UserErrorException">It is none.</exception>
    public static InitializeUpdateResponse Parse(byte[] answer)
    {
        if (answer is [.., 0x90, 0x00] && InitializeUpdateResponse.TryParse(answer.AsSpan(..^2), out var response))
            return response;
        try
        {
            return InitializeUpdateResponse.Parse(answer);
        }
        catch (CardDataException e)
        {
            throw new UserErrorException($"--iur: {e.Message}.", e);
        }
    }

    /// <exception cref="UserErrorException">The challenge has another length than the answer asks for.</exception>
    public static void RequireHostChallenge(byte[] challenge, InitializeUpdateResponse response)
    {
        var expected = response.IsS16 ? 16 : 8;
        if (challenge.Length != expected)
            throw new UserErrorException($"--host: the challenge that this card answered has {expected} bytes, not {challenge.Length}.");
    }

    public static ScpCard From(InitializeUpdateResponse response) => new(
        CardOutput.Hex(response.KeyDiversificationData),
        $"{response.KeyVersion:X2}",
        response.Protocol == SecureChannelProtocol.Scp02 ? "SCP02" : "SCP03",
        response.Implementation is { } i ? $"{i:X2}" : null,
        response.SequenceCounter,
        CardOutput.Hex(response.CardChallenge),
        CardOutput.Hex(response.CardCryptogram));

    public void Print(string? verdict, bool isGood)
    {
        Console.WriteLine("Card");
        Line("diversification data", KeyDiversificationData);
        Line("key version", KeyVersion);
        Line("protocol", Implementation is null ? Protocol : $"{Protocol} i={Implementation}");
        if (SequenceCounter is { } counter)
            Line("sequence counter", counter.ToString(CultureInfo.InvariantCulture));
        Line("card challenge", CardChallenge);
        Console.Write($"  {"card cryptogram",-22}{CardCryptogram}");
        if (verdict is not null)
        {
            Console.Write("  ");
            CardOutput.WriteVerdict(verdict, isGood);
        }

        Console.WriteLine();
    }

    public static void Line(string name, string value) => Console.WriteLine($"  {name,-22}{value}");
}
