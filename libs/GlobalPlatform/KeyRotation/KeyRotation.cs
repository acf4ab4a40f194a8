using PersoMesh.Keys;
using PersoMesh.SmartCard;

namespace PersoMesh.GlobalPlatform;

/// <summary>What a rotation had to do.</summary>
public enum KeyRotationOutcome
{
    /// <summary>The new key set was put and proved, the old one is gone.</summary>
    Rotated,

    /// <summary>An earlier run had put the new key set; now it is proved, and the old one is gone.</summary>
    Completed,
}

/// <summary>
/// Gives a card a new secure channel key set (GPC 2.3.1 §11.8): looks into the key information template first, puts the new set beside
/// the old one, opens a session with it, and only then deletes the old one.
/// </summary>
/// <remarks>
/// Not thread-safe. A run may break off anywhere (card pulled, power lost): the next run reads from the card what was done and goes on.
/// The card cryptogram is verified before every authentication, so no run makes the card count a failure. Where the card can hold one
/// set only (<see cref="CardQuirks.OneKeySet"/>), and where the version stays the same, PUT KEY itself replaces the old set: then both
/// must be kept until the new one has proved itself.
/// </remarks>
/// <param name="card">Brings back whole responses (<see cref="GetResponseChannel"/>).</param>
/// <param name="level">The sessions' security level, at least <see cref="SecurityLevel.CMac"/>.</param>
/// <param name="options">What the card does not tell.</param>
public sealed class KeyRotation(ICardChannel card, SecurityLevel level, SecureChannelOptions? options = null)
{
    /// <summary>Version of the keys that a card was made with; the first key set that is put replaces them.</summary>
    public const byte InitialVersion = 0xFF;

    const byte FirstKeyIdentifier = 1;
    const int KeysOfASet = 3;
    const byte TripleDesType = 0x80;
    const byte TripleDesImplicitType = 0x82;
    const byte AesType = 0x88;

    readonly SecureChannelOptions _options = options ?? new SecureChannelOptions();

    /// <summary>Puts the new key set, proves it, and deletes the old one.</summary>
    /// <param name="old">The key set that opens the card.</param>
    /// <param name="new">The key set to put; its version may be that of the old one.</param>
    /// <param name="select">The command that selects the security domain; the issuer's when null.</param>
    /// <param name="cancellationToken">Stops between and during exchanges; run again to complete.</param>
    /// <exception cref="KeyRotationException">
    /// The card's key information says no, or the card refused a step. Tells which key sets open the card.
    /// </exception>
    /// <exception cref="ArgumentException">The new key set cannot be put.</exception>
    /// <exception cref="SecurityModuleException">The security module refused.</exception>
    public async ValueTask<KeyRotationOutcome> RunAsync(
        CardKeySet old, CardKeySet @new, CommandApdu? select, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(old);
        ArgumentNullException.ThrowIfNull(@new);
        if (!@new.CanBePut || @new.Version == InitialVersion)
            throw new ArgumentException("This key set has no keys to put, or the version of initial keys.", nameof(@new));
        if (!level.Has(SecurityLevel.CMac))
            throw new InvalidOperationException("PUT KEY needs a session with C-MAC at least.");

        var selection = select ?? Select.IssuerSecurityDomain();
        await SelectAsync(selection, cancellationToken).ConfigureAwait(false);
        var listed = await ReadKeysAsync(card, KeySetsInForce.Old, cancellationToken).ConfigureAwait(false);
        var isPut = await IsPutAsync(old, @new, listed, cancellationToken).ConfigureAwait(false);
        if (!isPut)
        {
            RequireOld(old, listed);
            await PutAsync(old, @new, cancellationToken).ConfigureAwait(false);
        }

        await ProveAsync(old, @new, selection, cancellationToken).ConfigureAwait(false);
        return isPut ? KeyRotationOutcome.Completed : KeyRotationOutcome.Rotated;
    }

    bool Replaces(CardKeySet old, CardKeySet @new) => @new.Version == old.Version || _options.Quirks.Has(CardQuirks.OneKeySet);

    async ValueTask SelectAsync(CommandApdu selection, CancellationToken cancellationToken)
    {
        var answer = await card.TransmitAsync(selection, cancellationToken).ConfigureAwait(false);
        if (!answer.IsSuccess)
            throw new CardRefusedException("SELECT", answer.StatusWord);
    }

    // Null when the card product is known to have no key information.
    async ValueTask<IReadOnlyList<KeyInformation>?> ReadKeysAsync(
        ICardChannel channel, KeySetsInForce inForce, CancellationToken cancellationToken)
    {
        if (_options.Quirks.Has(CardQuirks.NoKeyInformation))
            return null;
        var answer = await channel.TransmitAsync(GetData.Command(GetData.KeyInformation), cancellationToken).ConfigureAwait(false);
        return answer.IsSuccess
            ? KeyInformation.Parse(answer.Data.Span)
            : throw new KeyRotationException(
                inForce, $"The card does not tell its keys: GET DATA 00E0 answers {answer.StatusWord:X4}.");
    }

    // With one and the same version the template cannot tell; the card cryptogram can, and the card does not count it.
    async ValueTask<bool> IsPutAsync(
        CardKeySet old, CardKeySet @new, IReadOnlyList<KeyInformation>? listed, CancellationToken cancellationToken)
    {
        if (listed is not null && !listed.Any(key => key.Version == @new.Version))
            return false;
        var opens = await OpensAsync(@new, cancellationToken).ConfigureAwait(false);
        if (!opens && listed is not null && @new.Version != old.Version)
        {
            throw new KeyRotationException(
                KeySetsInForce.Old, $"Key version {@new.Version:X2} is taken by other keys: choose another one, or delete them.");
        }

        return opens;
    }

    async ValueTask<bool> OpensAsync(CardKeySet set, CancellationToken cancellationToken)
    {
        try
        {
            var (host, response) = await SecureCardChannel.InitializeAsync(card, set.Version, cancellationToken).ConfigureAwait(false);
            using var keys = set.KeysOf(response);
            return response.KeyVersion == set.Version && SecureChannel.CryptogramMatches(keys, host, response);
        }
        catch (CardRefusedException)
        {
            return false;
        }
    }

    void RequireOld(CardKeySet old, IReadOnlyList<KeyInformation>? listed)
    {
        if (listed is null || (old.Version == InitialVersion && _options.Quirks.Has(CardQuirks.InitialKeysNotListed)))
            return;
        var identifiers = listed.Where(key => key.Version == old.Version && IsSecureChannelKey(key)).Select(key => (int)key.Identifier);
        if (identifiers.Intersect(Enumerable.Range(FirstKeyIdentifier, KeysOfASet)).Count() == KeysOfASet)
            return;
        var versions = string.Join(", ", listed.Select(key => key.Version).Distinct().Order().Select(version => $"{version:X2}"));
        throw new KeyRotationException(
            KeySetsInForce.Old,
            $"The card's key information has no symmetric keys 1, 2 and 3 of version {old.Version:X2}; it has {(versions.Length == 0 ? "none" : versions)}.");
    }

    static bool IsSecureChannelKey(KeyInformation key) => key.Components is [{ Type: TripleDesType or TripleDesImplicitType or AesType }];

    async ValueTask PutAsync(CardKeySet old, CardKeySet @new, CancellationToken cancellationToken)
    {
        using var session = await OpenAsync(old, KeySetsInForce.Old, cancellationToken).ConfigureAwait(false);
        var keys = @new.EncryptKeys(session);
        var replaced = Replaces(old, @new) && old.Version != InitialVersion ? old.Version : (byte)0;
        var command = PutKey.Command(replaced, @new.Version, FirstKeyIdentifier, keys);
        var answer = await session.TransmitAsync(command, cancellationToken).ConfigureAwait(false);
        if (!answer.IsSuccess)
            throw new KeyRotationException(KeySetsInForce.Old, new CardRefusedException("PUT KEY", answer.StatusWord).Message);
        if (!PutKey.IsConfirmed(answer.Data.Span, @new.Version, keys))
        {
            throw new KeyRotationException(
                Unproven(old, @new), "The card's answer to PUT KEY has other check values than the keys that were sent.");
        }
    }

    async ValueTask ProveAsync(CardKeySet old, CardKeySet @new, CommandApdu selection, CancellationToken cancellationToken)
    {
        await SelectAsync(selection, cancellationToken).ConfigureAwait(false);
        using var session = await OpenAsync(@new, Unproven(old, @new), cancellationToken).ConfigureAwait(false);
        var listed = await ReadKeysAsync(session, KeySetsInForce.New, cancellationToken).ConfigureAwait(false);
        var mayBeThere = listed is null ? !Replaces(old, @new) && old.Version != InitialVersion : listed.Any(key => key.Version == old.Version);
        if (old.Version == @new.Version || !mayBeThere)
            return;
        var answer = await session.TransmitAsync(Delete.Keys(old.Version), cancellationToken).ConfigureAwait(false);
        if (!answer.IsSuccess && answer.StatusWord != StatusWords.ReferencedDataNotFound)
            throw new KeyRotationException(KeySetsInForce.New, new CardRefusedException("DELETE of the old keys", answer.StatusWord).Message);
    }

    async ValueTask<SecureCardChannel> OpenAsync(CardKeySet set, KeySetsInForce inForce, CancellationToken cancellationToken)
    {
        try
        {
            var session = await SecureCardChannel.OpenAsync(card, set.Version, set.KeysOf, level, _options, cancellationToken).ConfigureAwait(false);
            if (session.Opening.KeyVersion == set.Version)
                return session;
            session.Dispose();
            throw new KeyRotationException(
                inForce, $"The card opened with key version {session.Opening.KeyVersion:X2} instead of {set.Version:X2}.");
        }
        catch (Exception e) when (e is CardRefusedException or CardCryptogramMismatchException or CardDataException)
        {
            throw new KeyRotationException(inForce, $"Key version {set.Version:X2} does not open the card: {e.Message}", e);
        }
    }

    KeySetsInForce Unproven(CardKeySet old, CardKeySet @new) => Replaces(old, @new) || old.Version == InitialVersion
        ? KeySetsInForce.UnprovenNew
        : KeySetsInForce.OldAndUnprovenNew;
}
