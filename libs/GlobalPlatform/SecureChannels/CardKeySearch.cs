using PersoMesh.Keys;

namespace PersoMesh.GlobalPlatform;

/// <summary>A master key to try.</summary>
/// <param name="Label">Its label in the security module, for the result.</param>
/// <param name="Key">The key; stays the caller's.</param>
public sealed record CandidateKey(string Label, ISecretKey Key);

/// <summary>A way to open the card.</summary>
/// <param name="Label">Label of the master key.</param>
/// <param name="Method">How the card's keys come from it.</param>
/// <param name="KeyVersionNote">What the key version number in the card's answer says.</param>
public sealed record CardKeyMatch(string Label, DiversificationMethod Method, string KeyVersionNote);

/// <summary>
/// Finds, offline, which master key and diversification a card was keyed with: from one answer to INITIALIZE UPDATE, which the card does
/// not count as an authentication attempt.
/// </summary>
public static class CardKeySearch
{
    /// <summary>
    /// All candidates and methods that give the card cryptogram of the answer; candidates of the wrong cipher are passed over.
    /// </summary>
    /// <param name="candidates">The master keys to try.</param>
    /// <param name="hostChallenge">The challenge that was sent: 8 bytes, 16 in SCP03 S16.</param>
    /// <param name="response">The card's answer to it.</param>
    /// <exception cref="ArgumentException">The challenge has another length.</exception>
    /// <exception cref="SecurityModuleException">The security module refused.</exception>
    public static IReadOnlyList<CardKeyMatch> Find(
        IEnumerable<CandidateKey> candidates, ReadOnlySpan<byte> hostChallenge, InitializeUpdateResponse response)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        ArgumentNullException.ThrowIfNull(response);
        var algorithm = response.Protocol == SecureChannelProtocol.Scp02 ? KeyAlgorithm.TripleDes : KeyAlgorithm.Aes;
        var matches = new List<CardKeyMatch>();
        foreach (var candidate in candidates.Where(c => c.Key.Algorithm == algorithm))
        {
            foreach (var method in Enum.GetValues<DiversificationMethod>().Where(m => KeyDiversification.Fits(m, algorithm)))
            {
                using var keys = KeyDiversification.Derive(method, candidate.Key, response.KeyDiversificationData.Span);
                if (SecureChannel.CryptogramMatches(keys, hostChallenge, response))
                    matches.Add(new CardKeyMatch(candidate.Label, method, Describe(response.KeyVersion)));
            }
        }

        return matches;
    }

    // The ranges are the practice of card makers, not the specification's.
    static string Describe(byte keyVersion) => keyVersion switch
    {
        0xFF => "FF: initial keys; the first PUT KEY replaces them",
        >= 0x20 and <= 0x2F => $"{keyVersion:X2}: from the range usual for SCP02",
        >= 0x30 and <= 0x3F => $"{keyVersion:X2}: from the range usual for SCP03",
        _ => $"{keyVersion:X2}",
    };
}
