using PersoMesh.GlobalPlatform;
using PersoMesh.Keys;
using PersoMesh.Perso.Commands;
using PersoMesh.SmartCard;

namespace PersoMesh.Perso.Card;

/// <summary>What was asked of <c>perso scp open</c>.</summary>
sealed record ScpOpening
{
    public required IReadOnlyList<GivenKey> Keys { get; init; }

    public required DiversificationMethod Diversification { get; init; }

    public required InitializeUpdateResponse Response { get; init; }

    public required byte[] HostChallenge { get; init; }

    public required SecurityLevel Level { get; init; }

    public required IReadOnlyList<byte[]> Commands { get; init; }

    public required IReadOnlyList<byte[]> Answers { get; init; }

    public required SecureChannelOptions Options { get; init; }

    public byte[]? Aid { get; init; }
}

sealed record ScpKeyChecks(string Diversification, string Enc, string Mac, string? Dek);

sealed record ScpAuthentication(string Level, string Means, string HostCryptogram, string Command);

sealed record ScpExchange(int Number, string Plain, string Wrapped, string? Answer, string? PlainAnswer, string? Meaning);

/// <summary>A session as it was opened again, for people and as JSON. Holds no key.</summary>
sealed record ScpSession(
    ScpCard Card, bool CardCryptogramIsCorrect, bool? CardChallengeIsPseudoRandom, string Implementation, bool ImplementationIsAssumed,
    ScpKeyChecks Keys, ScpAuthentication? ExternalAuthenticate, IReadOnlyList<ScpExchange> Commands, string? Fault)
{
    /// <exception cref="UserErrorException">Keys are missing or do not fit the card; a command is none.</exception>
    /// <exception cref="SecureChannelException">The card does not support the level.</exception>
    public static ScpSession Open(ScpOpening request, ScpKeys source)
    {
        var response = request.Response;
        ScpCard.RequireHostChallenge(request.HostChallenge, response);
        using var keys = Resolve(request, source, out var hasDek);
        var checks = new ScpKeyChecks(
            KeyDiversification.NameOf(request.Diversification), CheckValue(keys.Enc), CheckValue(keys.Mac), hasDek ? CheckValue(keys.Dek) : null);
        var opened = new ScpSession(
            ScpCard.From(response), CardCryptogramIsCorrect: true, IsPseudoRandom(request, keys), $"{response.Implementation ?? request.Options.Scp02Implementation:X2}",
            response.Implementation is null, checks, ExternalAuthenticate: null, [], Fault: null);
        try
        {
            using var channel = SecureChannel.Open(keys, request.HostChallenge, response, request.Level, request.Options);
            var authenticate = channel.ExternalAuthenticate();
            opened = opened with
            {
                ExternalAuthenticate = new(
                    $"{(byte)request.Level:X2}", Describe(request.Level), Convert.ToHexString(authenticate.Data.Span[..(response.IsS16 ? 16 : 8)]), Hex(authenticate)),
            };
            var (commands, fault) = Exchange(channel, request);
            return opened with { Commands = commands, Fault = fault };
        }
        catch (CardCryptogramMismatchException e)
        {
            return opened with { CardCryptogramIsCorrect = false, Fault = e.Message.Replace("search with the candidate keys", "search with 'perso scp guess'", StringComparison.Ordinal) };
        }
    }

    public void Print()
    {
        Card.Print(CardCryptogramIsCorrect ? "correct" : "WRONG", CardCryptogramIsCorrect);
        if (CardChallengeIsPseudoRandom is { } pseudoRandom)
            ScpCard.Line("", pseudoRandom ? "the challenge is the pseudo-random one of this AID" : "the challenge is NOT the pseudo-random one of this AID");
        Console.WriteLine($"Keys, diversification {Keys.Diversification}; check values");
        ScpCard.Line("ENC MAC DEK", $"{Keys.Enc} {Keys.Mac} {Keys.Dek ?? "-"}");
        if (ExternalAuthenticate is not { } authenticate)
            return;
        Console.WriteLine($"EXTERNAL AUTHENTICATE, i={Implementation}{(ImplementationIsAssumed ? " (as given or assumed: --i)" : "")}");
        ScpCard.Line("security level", $"{authenticate.Level}: {authenticate.Means}");
        ScpCard.Line("host cryptogram", authenticate.HostCryptogram);
        ScpCard.Line("command", authenticate.Command);
        foreach (var exchange in Commands)
        {
            Console.WriteLine($"Command {exchange.Number}");
            ScpCard.Line("plain", exchange.Plain);
            ScpCard.Line("wrapped", exchange.Wrapped);
            if (exchange.Answer is not null)
                ScpCard.Line("answer", exchange.Answer);
            if (exchange.PlainAnswer is not null)
                ScpCard.Line("unwrapped", $"{exchange.PlainAnswer}  {exchange.Meaning}");
        }
    }

    static (List<ScpExchange> Exchanges, string? Fault) Exchange(SecureChannel channel, ScpOpening request)
    {
        List<ScpExchange> exchanges = [];
        for (var i = 0; i < request.Commands.Count; i++)
        {
            var plain = CommandApdu.TryParse(request.Commands[i], out var command) ? command : throw BadApdu(i, request.Commands[i]);
            WrappedCommand wrapped;
            try
            {
                wrapped = channel.Wrap(plain);
            }
            catch (ArgumentException e)
            {
                throw new UserErrorException($"--apdu {i + 1}: {e.Message.Split(" (Parameter")[0]}", e);
            }

            var exchange = new ScpExchange(i + 1, Convert.ToHexString(request.Commands[i]), Hex(wrapped.Command), null, null, null);
            if (i >= request.Answers.Count)
            {
                exchanges.Add(exchange);
                continue;
            }

            exchange = exchange with { Answer = Convert.ToHexString(request.Answers[i]) };
            try
            {
                var answer = channel.Unwrap(ResponseApdu.Parse(request.Answers[i]));
                exchanges.Add(exchange with { PlainAnswer = Convert.ToHexString(answer.ToArray()), Meaning = StatusWords.Describe(answer.StatusWord) });
            }
            catch (ResponseMacMismatchException e)
            {
                exchanges.Add(exchange);
                return (exchanges, e.Message);
            }
        }

        return (exchanges, null);
    }

    static UserErrorException BadApdu(int index, byte[] bytes)
    {
        try
        {
            CommandApdu.Parse(bytes);
        }
        catch (CardDataException e)
        {
            return new UserErrorException($"--apdu {index + 1}: {e.Message}.", e);
        }

        return new UserErrorException($"--apdu {index + 1} is no command.");
    }

    // Without a Key-DEK, Key-ENC stands in: no wrapped command needs the DEK, and its check value is not shown.
    static CardKeys Resolve(ScpOpening request, ScpKeys source, out bool hasDek)
    {
        var protocol = request.Response.Protocol;
        ISecretKey? all = Find("key"), enc = Find("enc"), mac = Find("mac"), dek = Find("dek");
        if (request.Keys.FirstOrDefault(k => k.Name is not ("key" or "enc" or "mac" or "dek")) is { } stranger)
            throw new UserErrorException($"The key file names a key '{stranger.Name}'; enc, mac, dek, or no name for all three.");
        if ((enc ?? all) is not { } e || (mac ?? all) is not { } m)
            throw new UserErrorException("Give --key, or --enc and --mac, or a --key-file with them.");
        hasDek = (dek ?? all) is not null;
        if (!KeyDiversification.Fits(request.Diversification, e.Algorithm))
            throw new UserErrorException($"--diversify {KeyDiversification.NameOf(request.Diversification)} is not for {protocol}.");
        return KeyDiversification.Derive(request.Diversification, e, m, dek ?? all ?? e, request.Response.KeyDiversificationData.Span);

        ISecretKey? Find(string name) => request.Keys.LastOrDefault(k => k.Name == name) is { } given ? source.Open(given, protocol) : null;
    }

    static bool? IsPseudoRandom(ScpOpening request, CardKeys keys)
    {
        if (request.Aid is not { } aid || request.Response.SequenceCounter is not { } counter)
            return null;
        var expected = request.Response.Protocol == SecureChannelProtocol.Scp02
            ? CardChallenge.ComputeScp02(keys, (ushort)counter, aid)
            : CardChallenge.ComputeScp03(keys, counter, aid, request.Response.IsS16);
        return request.Response.CardChallenge.Span.SequenceEqual(expected);
    }

    static string Describe(SecurityLevel level) => level == SecurityLevel.None
        ? "authentication only"
        : string.Join(", ", new[]
        {
            (SecurityLevel.CMac, "C-MAC"), (SecurityLevel.CDecryption, "C-DECRYPTION"), (SecurityLevel.RMac, "R-MAC"), (SecurityLevel.REncryption, "R-ENCRYPTION"),
        }.Where(part => level.HasFlag(part.Item1)).Select(part => part.Item2));

    static string CheckValue(ISecretKey key) => Convert.ToHexString(KeyCheckValue.Compute(key));

    static string Hex(CommandApdu command) => Convert.ToHexString(command.ToArray());
}
