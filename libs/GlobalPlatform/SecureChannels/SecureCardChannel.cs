using System.Security.Cryptography;
using PersoMesh.Keys;
using PersoMesh.SmartCard;

namespace PersoMesh.GlobalPlatform;

/// <summary>
/// A dialogue with one security domain, step by step: opens the secure channel, then wraps every command and unwraps every answer. For a
/// whole script in one go use <see cref="SecureChannel"/>.
/// </summary>
/// <remarks>
/// Not thread-safe. The channel to the card stays the caller's; it must bring back whole responses (<see cref="GetResponseChannel"/>).
/// </remarks>
public sealed class SecureCardChannel : ICardChannel, IDisposable
{
    const int LongChallenge = 16;

    readonly ICardChannel _card;
    readonly CardKeys _keys;

    SecureCardChannel(ICardChannel card, CardKeys keys, SecureChannel secure, InitializeUpdateResponse response) =>
        (_card, _keys, Secure, Opening) = (card, keys, secure, response);

    /// <summary>The session: its level, and the encryption of keys and PINs under the DEK.</summary>
    public SecureChannel Secure { get; }

    /// <summary>What the card answered to INITIALIZE UPDATE.</summary>
    public InitializeUpdateResponse Opening { get; }

    /// <summary>
    /// Sends INITIALIZE UPDATE, verifies the card cryptogram, and only then EXTERNAL AUTHENTICATE: with wrong keys the card counts nothing.
    /// </summary>
    /// <param name="card">The channel to the card; the security domain is selected.</param>
    /// <param name="keyVersion">Key version number; 00, and FF for the initial keys, leave the choice to the card.</param>
    /// <param name="keysOf">
    /// The card's keys by its answer, which has the diversification data; this channel disposes what it is given.
    /// </param>
    /// <param name="level">The level to ask for.</param>
    /// <param name="options">What the answer does not tell; the defaults when null.</param>
    /// <param name="cancellationToken">Stops between and during exchanges.</param>
    /// <exception cref="CardCryptogramMismatchException">The card does not hold these keys. Nothing was sent that it counts.</exception>
    /// <exception cref="CardRefusedException">The card answered INITIALIZE UPDATE or EXTERNAL AUTHENTICATE with an error.</exception>
    /// <exception cref="CardDataException">The answer to INITIALIZE UPDATE is none.</exception>
    /// <exception cref="SecureChannelException">The card does not support the level.</exception>
    /// <exception cref="SecurityModuleException">The security module refused.</exception>
    public static async ValueTask<SecureCardChannel> OpenAsync(
        ICardChannel card, byte keyVersion, Func<InitializeUpdateResponse, CardKeys> keysOf, SecurityLevel level,
        SecureChannelOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(card);
        ArgumentNullException.ThrowIfNull(keysOf);
        var (challenge, response) = await InitializeAsync(card, keyVersion, cancellationToken).ConfigureAwait(false);
        var keys = keysOf(response);
        SecureChannel? secure = null;
        try
        {
            secure = SecureChannel.Open(keys, challenge, response, level, options);
            var answer = await card.TransmitAsync(secure.ExternalAuthenticate(), cancellationToken).ConfigureAwait(false);
            return answer.IsSuccess
                ? new SecureCardChannel(card, keys, secure, response)
                : throw new CardRefusedException("EXTERNAL AUTHENTICATE", answer.StatusWord);
        }
        catch
        {
            secure?.Dispose();
            keys.Dispose();
            throw;
        }
    }

    /// <summary>Wraps a command, sends it, and unwraps the answer.</summary>
    /// <param name="command">The command in clear.</param>
    /// <param name="cancellationToken">Stops waiting. Whether the card still executes the command is then unknown.</param>
    /// <exception cref="ResponseMacMismatchException">The R-MAC is missing or wrong. The session is dead then.</exception>
    /// <exception cref="ArgumentException">The data is longer than a command can carry.</exception>
    /// <exception cref="SecurityModuleException">The security module refused.</exception>
    public async ValueTask<ResponseApdu> TransmitAsync(CommandApdu command, CancellationToken cancellationToken)
    {
        var wrapped = Secure.Wrap(command);
        return Secure.Unwrap(await _card.TransmitAsync(wrapped.Command, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Destroys the session keys and the card keys that were derived. The card is not told.</summary>
    public void Dispose()
    {
        Secure.Dispose();
        _keys.Dispose();
    }

    // A card in S16 mode says so in its answer, or refuses the short challenge; the card counts neither.
    internal static async ValueTask<(byte[] Challenge, InitializeUpdateResponse Response)> InitializeAsync(
        ICardChannel card, byte keyVersion, CancellationToken cancellationToken)
    {
        var version = keyVersion == 0xFF ? (byte)0x00 : keyVersion;
        var challenge = RandomNumberGenerator.GetBytes(8);
        var answer = await card.TransmitAsync(InitializeUpdate.Command(version, challenge), cancellationToken).ConfigureAwait(false);
        if (answer.StatusWord is StatusWords.WrongLength or StatusWords.IncorrectData
            || (InitializeUpdateResponse.TryParse(answer.Data.Span, out var first) && first.IsS16))
        {
            challenge = RandomNumberGenerator.GetBytes(LongChallenge);
            answer = await card.TransmitAsync(InitializeUpdate.Command(version, challenge), cancellationToken).ConfigureAwait(false);
        }

        return answer.IsSuccess
            ? (challenge, InitializeUpdateResponse.Parse(answer.Data.Span))
            : throw new CardRefusedException("INITIALIZE UPDATE", answer.StatusWord);
    }
}

/// <summary>The card answered a command with an error.</summary>
public sealed class CardRefusedException(string command, ushort statusWord)
    : Exception($"{command}: the card answered {statusWord:X4}, {StatusWords.Describe(statusWord)}.")
{
    /// <summary>The command's name in the specification.</summary>
    public string Command { get; } = command;

    /// <summary>SW1 in the high byte.</summary>
    public ushort StatusWord { get; } = statusWord;
}
