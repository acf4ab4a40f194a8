using System.Security.Cryptography;
using PersoMesh.Keys;

namespace PersoMesh.GlobalPlatform;

/// <summary>How the keys of one card come from a master key and the card's key diversification data.</summary>
public enum DiversificationMethod
{
    /// <summary>The master key is the card's key, for all three roles. Name in profiles: <c>none</c>.</summary>
    None,

    /// <summary>
    /// EMV Card Personalization Specification 1.1 §4.1: bytes 4 to 9 of the diversification data, 3DES. Name: <c>emv-cps</c>.
    /// </summary>
    EmvCps,

    /// <summary>Bytes 0, 1 and 4 to 7 of the diversification data, 3DES. Name: <c>visa2</c>.</summary>
    Visa2,

    /// <summary>Bytes 0 to 3, 8 and 9 of the diversification data, 3DES. Name: <c>visa</c>.</summary>
    Visa,

    /// <summary>
    /// AES-CMAC in counter mode over the whole diversification data, as GlobalPlatformPro and card makers do. Name: <c>kdf3</c>.
    /// </summary>
    Kdf3,
}

/// <summary>Derives card keys from master keys inside the security module.</summary>
public static class KeyDiversification
{
    /// <summary>Length in bytes of the key diversification data in the answer to INITIALIZE UPDATE.</summary>
    public const int DiversificationDataLength = 10;

    static readonly (DiversificationMethod Method, string Name)[] Names =
    [
        (DiversificationMethod.None, "none"), (DiversificationMethod.EmvCps, "emv-cps"), (DiversificationMethod.Visa2, "visa2"),
        (DiversificationMethod.Visa, "visa"), (DiversificationMethod.Kdf3, "kdf3"),
    ];

    /// <summary>The method's name in card profiles.</summary>
    public static string NameOf(DiversificationMethod method) => Array.Find(Names, n => n.Method == method).Name
        ?? throw new ArgumentOutOfRangeException(nameof(method), method, "No such diversification method.");

    /// <summary>Finds a method by its name in card profiles (lower case).</summary>
    /// <returns>False when there is no such name.</returns>
    public static bool TryParse(string? name, out DiversificationMethod method)
    {
        var at = Array.FindIndex(Names, n => string.Equals(n.Name, name, StringComparison.Ordinal));
        method = at < 0 ? DiversificationMethod.None : Names[at].Method;
        return at >= 0;
    }

    /// <summary>True when the method works with master keys of this cipher.</summary>
    public static bool Fits(DiversificationMethod method, KeyAlgorithm algorithm) => method switch
    {
        DiversificationMethod.None => true,
        DiversificationMethod.Kdf3 => algorithm == KeyAlgorithm.Aes,
        _ => algorithm == KeyAlgorithm.TripleDes,
    };

    /// <summary>Derives all three keys from one master key.</summary>
    /// <param name="method">The method.</param>
    /// <param name="master">The master key; must outlive the result, which derives from it when a key is first used.</param>
    /// <param name="diversificationData">10 bytes, as the card sends them; copied.</param>
    /// <exception cref="ArgumentException">The data has another length, or the method is for another cipher.</exception>
    public static CardKeys Derive(DiversificationMethod method, ISecretKey master, ReadOnlySpan<byte> diversificationData) =>
        Derive(method, master, master, master, diversificationData);

    /// <summary>Derives each key from a master key of its own.</summary>
    /// <param name="method">The method.</param>
    /// <param name="masterEnc">Master key of Key-ENC; must outlive the result, as the other two.</param>
    /// <param name="masterMac">Master key of Key-MAC.</param>
    /// <param name="masterDek">Master key of Key-DEK.</param>
    /// <param name="diversificationData">10 bytes, as the card sends them; copied.</param>
    /// <exception cref="ArgumentException">The data has another length, or the method is for another cipher.</exception>
    public static CardKeys Derive(
        DiversificationMethod method, ISecretKey masterEnc, ISecretKey masterMac, ISecretKey masterDek,
        ReadOnlySpan<byte> diversificationData)
    {
        ArgumentNullException.ThrowIfNull(masterEnc);
        ArgumentNullException.ThrowIfNull(masterMac);
        ArgumentNullException.ThrowIfNull(masterDek);
        foreach (var master in (ReadOnlySpan<ISecretKey>)[masterEnc, masterMac, masterDek])
            Require(method, master, diversificationData);
        if (method == DiversificationMethod.None)
            return new CardKeys(masterEnc, masterMac, masterDek);
        var kdd = diversificationData.ToArray();
        return new CardKeys(masterEnc.Algorithm, role =>
        {
            var master = role switch { CardKeyRole.Enc => masterEnc, CardKeyRole.Mac => masterMac, _ => masterDek };
            return method == DiversificationMethod.Kdf3
                ? CmacDerivation.DeriveKey(master, Kdf3Input(role, kdd, master.Length), [], master.Length)
                : master.DeriveEcb(TripleDesInput(method, role, kdd), KeyAlgorithm.TripleDes, 16);
        });
    }

    /// <summary>
    /// Computes the clear value of one card key, for PUT KEY (<see cref="NewKey.Encrypt"/>), which is the one command that must carry it.
    /// For everything else use <see cref="Derive(DiversificationMethod, ISecretKey, ReadOnlySpan{byte})"/>: there the value stays in the
    /// module.
    /// </summary>
    /// <param name="method">Any method but <see cref="DiversificationMethod.None"/>.</param>
    /// <param name="master">The master key of this role.</param>
    /// <param name="role">The role.</param>
    /// <param name="diversificationData">10 bytes, as the card sends them.</param>
    /// <param name="value">16 bytes for 3DES; as long as the master key for AES. Owned by the caller, who zeroes it.</param>
    /// <exception cref="ArgumentException">A length is wrong, or the method does not fit.</exception>
    /// <exception cref="SecurityModuleException">The security module refused.</exception>
    public static void ComputeValue(
        DiversificationMethod method, ISecretKey master, CardKeyRole role, ReadOnlySpan<byte> diversificationData, Span<byte> value)
    {
        ArgumentNullException.ThrowIfNull(master);
        Require(method, master, diversificationData);
        if (method == DiversificationMethod.None)
            throw new ArgumentException("The value of a master key cannot be read: a card gets diversified keys.", nameof(method));
        var length = method == DiversificationMethod.Kdf3 ? master.Length : 16;
        if (value.Length != length)
            throw new ArgumentException($"The key has {length} bytes, not {value.Length}.", nameof(value));
        if (method != DiversificationMethod.Kdf3)
        {
            master.EncryptEcb(TripleDesInput(method, role, diversificationData), value);
            return;
        }

        var input = Kdf3Input(role, diversificationData, length);
        Span<byte> mac = stackalloc byte[16];
        for (var at = 0; at < length; at += 16)
        {
            master.Cmac(input.AsSpan(at, 16), mac);
            mac[..Math.Min(16, length - at)].CopyTo(value[at..]);
        }

        CryptographicOperations.ZeroMemory(mac);
    }

    static void Require(DiversificationMethod method, ISecretKey master, ReadOnlySpan<byte> diversificationData)
    {
        if (diversificationData.Length != DiversificationDataLength)
            throw new ArgumentException("Key diversification data has 10 bytes.", nameof(diversificationData));
        if (!Fits(method, master.Algorithm))
            throw new ArgumentException($"Diversification '{NameOf(method)}' is not for {master.Algorithm} master keys.", nameof(method));
    }

    // The key is ECB(master, d‖F0‖n ‖ d‖0F‖n), n = 1 ENC, 2 MAC, 3 DEK.
    static byte[] TripleDesInput(DiversificationMethod method, CardKeyRole role, ReadOnlySpan<byte> kdd)
    {
        byte[] d = method switch
        {
            DiversificationMethod.EmvCps => [.. kdd[4..10]],
            DiversificationMethod.Visa2 => [.. kdd[..2], .. kdd[4..8]],
            _ => [.. kdd[..4], .. kdd[8..10]],
        };
        return [.. d, 0xF0, (byte)role, .. d, 0x0F, (byte)role];
    }

    // The key is CMAC(master, counter ‖ 000000 ‖ n ‖ 00 ‖ KDD) for counter = 1, 2, cut to the length of the master key.
    static byte[] Kdf3Input(CardKeyRole role, ReadOnlySpan<byte> kdd, int length)
    {
        var messages = new byte[(length + 15) / 16 * 16];
        for (var at = 0; at < messages.Length; at += 16)
        {
            messages[at] = (byte)((at / 16) + 1);
            messages[at + 4] = (byte)role;
            kdd.CopyTo(messages.AsSpan(at + 6));
        }

        return messages;
    }
}
