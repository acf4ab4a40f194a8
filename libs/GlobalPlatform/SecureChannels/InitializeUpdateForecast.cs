namespace PersoMesh.GlobalPlatform;

/// <summary>
/// The answer that a card will give to INITIALIZE UPDATE, computed before it gives it: possible where the card's challenge is pseudo-random
/// (SCP02 i bit 40, GPC 2.3.1 §E.4.2.3; SCP03 i bit 10, Amendment D 1.1.1 §6.2.2.1), so that everything in the answer follows from the
/// card's keys, its counter and the host's challenge.
/// </summary>
public static class InitializeUpdateForecast
{
    const int DiversificationDataLength = 10;

    /// <summary>Computes the response data.</summary>
    /// <param name="keys">The card's static keys.</param>
    /// <param name="hostChallenge">The challenge that will be sent: 8 bytes, 16 in SCP03 S16.</param>
    /// <param name="card">What else the answer depends on.</param>
    /// <returns>Response data without status word, the card's cryptogram in it; the caller's.</returns>
    /// <exception cref="SecureChannelException">This card's challenges are random, or what is known of it cannot be right.</exception>
    public static byte[] Compute(CardKeys keys, ReadOnlySpan<byte> hostChallenge, ExpectedCard card)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(card);
        Require(card.KeyDiversificationData.Length == DiversificationDataLength, $"key diversification data has {DiversificationDataLength} bytes");
        Require(card.KeyVersion != 0, "the key version must be known: with 00 the card chooses one");
        return card.Protocol == SecureChannelProtocol.Scp02 ? Scp02(keys, hostChallenge, card) : Scp03(keys, hostChallenge, card);
    }

    // Table E-9: diversification data, key version, protocol, counter (2), challenge (6), cryptogram (8).
    static byte[] Scp02(CardKeys keys, ReadOnlySpan<byte> hostChallenge, ExpectedCard card)
    {
        Require((card.Implementation & Scp02Implementation.PseudoRandomChallenge) != 0, $"challenges of cards with SCP02 i = {card.Implementation:X2} are random");
        var counter = (ushort)card.SequenceCounter;
        byte[] answer =
        [
            .. card.KeyDiversificationData.Span, card.KeyVersion, (byte)SecureChannelProtocol.Scp02, (byte)(counter >> 8), (byte)counter,
            .. CardChallenge.ComputeScp02(keys, counter, card.Aid.Span), .. new byte[8],
        ];
        SecureChannel.CardCryptogram(keys, hostChallenge, InitializeUpdateResponse.Parse(answer)).CopyTo(answer, answer.Length - 8);
        return answer;
    }

    // Amendment D table 7-2: diversification data, key version, protocol, i, challenge, cryptogram, counter (3), which the card advances first.
    static byte[] Scp03(CardKeys keys, ReadOnlySpan<byte> hostChallenge, ExpectedCard card)
    {
        Require((card.Implementation & Scp03Implementation.PseudoRandomChallenge) != 0, $"challenges of cards with SCP03 i = {card.Implementation:X2} are random");
        var isS16 = (card.Implementation & Scp03Implementation.S16) != 0;
        var counter = card.SequenceCounter + 1;
        var challenge = CardChallenge.ComputeScp03(keys, counter, card.Aid.Span, isS16);
        byte[] answer =
        [
            .. card.KeyDiversificationData.Span, card.KeyVersion, (byte)SecureChannelProtocol.Scp03, card.Implementation, .. challenge,
            .. new byte[challenge.Length], (byte)(counter >> 16), (byte)(counter >> 8), (byte)counter,
        ];
        SecureChannel.CardCryptogram(keys, hostChallenge, InitializeUpdateResponse.Parse(answer)).CopyTo(answer, answer.Length - 3 - challenge.Length);
        return answer;
    }

    static void Require(bool condition, string rule)
    {
        if (!condition)
            throw new SecureChannelException($"The answer to INITIALIZE UPDATE cannot be foreseen: {rule}.");
    }
}

/// <summary>What is known of a card that has not been opened.</summary>
/// <param name="Protocol">The protocol that it speaks.</param>
/// <param name="Implementation">Its parameter i.</param>
/// <param name="KeyVersion">Key version number that INITIALIZE UPDATE will name and the card return, 01 to FF.</param>
/// <param name="KeyDiversificationData">10 bytes.</param>
/// <param name="SequenceCounter">The key set's counter as it stands in the card now: 0 in a fresh one.</param>
/// <param name="Aid">AID of the security domain that will be selected, exactly as the card knows it.</param>
public sealed record ExpectedCard(
    SecureChannelProtocol Protocol, byte Implementation, byte KeyVersion, ReadOnlyMemory<byte> KeyDiversificationData, int SequenceCounter, ReadOnlyMemory<byte> Aid);
