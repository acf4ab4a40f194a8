using PersoMesh.Keys;
using PersoMesh.Perso.Commands;
using PersoMesh.Pkcs11;

namespace PersoMesh.Perso.Keys;

/// <summary>What a key is for: decides its cipher, length and what the token lets it do.</summary>
/// <param name="Name">As on the command line.</param>
/// <param name="Purpose">For people.</param>
/// <param name="Algorithm">The cipher.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Uses">What the token lets it do.</param>
sealed record KeyKind(string Name, string Purpose, KeyAlgorithm Algorithm, int Length, KeyUses Uses)
{
    public static IReadOnlyList<KeyKind> All { get; } =
    [
        new("master", "issuer or application master key, 3DES: card keys are derived from it", KeyAlgorithm.TripleDes, 16, KeyUses.Calculate),
        new("master-aes", "issuer or application master key, AES-128", KeyAlgorithm.Aes, 16, KeyUses.Calculate),
        new("supplier", "card supplier's master key (KMC) for SCP02, 3DES", KeyAlgorithm.TripleDes, 16, KeyUses.Calculate),
        new("supplier-aes", "card supplier's master key for SCP03, AES-256", KeyAlgorithm.Aes, 32, KeyUses.Calculate),
        new("pin", "zone key under which PIN blocks come, 3DES", KeyAlgorithm.TripleDes, 16, KeyUses.Calculate),
        new("pvk", "PIN verification key pair, 3DES: PVV", KeyAlgorithm.TripleDes, 16, KeyUses.Calculate),
        new("cvk", "card verification key pair CVK A and B, 3DES: CVV, iCVV, CVV2; its left half is stored beside it as LABEL-LEFT",
            KeyAlgorithm.TripleDes, 16, KeyUses.Calculate) { HasLeftHalf = true },
        new("kek", "key encryption key for prepared files, AES-256: derives, and may leave under a transport key", KeyAlgorithm.Aes, 32,
            KeyUses.Encrypt | KeyUses.Derive | KeyUses.Extract),
        new("transport", "wraps KEKs between issuer and bureau, AES-256", KeyAlgorithm.Aes, 32, KeyUses.Encrypt | KeyUses.Wrap | KeyUses.Unwrap),
        new("personalization", "key of a manufacturer's batch of cards, under which preparation enciphers secrets, 3DES", KeyAlgorithm.TripleDes, 16,
            KeyUses.Encrypt),
        new("personalization-aes", "the same, AES-128", KeyAlgorithm.Aes, 16, KeyUses.Encrypt),
        new("storage", "what a mesh keeps outside the HSM, AES-256", KeyAlgorithm.Aes, 32, KeyUses.Calculate),
        new("pool", "wraps card key pairs that wait for their cards (PERSOMESH-POOL), AES-256", KeyAlgorithm.Aes, 32,
            KeyUses.Encrypt | KeyUses.Derive),
        new("audit", "seals the audit log, AES-256", KeyAlgorithm.Aes, 32, KeyUses.Encrypt | KeyUses.Mac),
    ];

    /// <summary>True when the token has the left half A‖A as a key of its own, because it has no single DES.</summary>
    public bool HasLeftHalf { get; init; }

    /// <exception cref="UserErrorException">No such kind.</exception>
    public static KeyKind Of(string name) => All.FirstOrDefault(kind => kind.Name == name)
        ?? throw new UserErrorException($"There is no kind of key '{name}'; there are {string.Join(", ", All.Select(kind => kind.Name))}.");
}
