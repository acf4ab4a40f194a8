using System.Security.Cryptography;
using PersoMesh.Keys;
using PersoMesh.Pkcs11.Native;

namespace PersoMesh.Pkcs11;

/// <summary>The outcome of trying one mechanism.</summary>
/// <param name="Mechanism">Its name in the standard: <c>CKM_DES3_CBC_ENCRYPT_DATA</c>.</param>
/// <param name="NeededFor">What does not work without it.</param>
/// <param name="Failure">Why it cannot be used, or null when it can.</param>
public sealed record MechanismProbe(string Mechanism, string NeededFor, string? Failure)
{
    /// <summary>True when the test operation succeeded and gave a plausible result.</summary>
    public bool IsUsable => Failure is null;

    /// <summary>One line for a log or an operator.</summary>
    public override string ToString() =>
        IsUsable ? $"{Mechanism}: usable" : $"{Mechanism} is not usable, so these will not work: {NeededFor}. {Failure}";
}

/// <summary>Tries the mechanisms with keys that exist only for that: a token's own list names some that it then refuses.</summary>
static class MechanismProbing
{
    public static IReadOnlyList<MechanismProbe> Run(Pkcs11SecuritySession session)
    {
        var probes = new List<MechanismProbe>();
        Cipher des = new("DES3", KeyAlgorithm.TripleDes, Ckm.Des2KeyGen, "CKM_DES2_KEY_GEN", 8);
        Cipher aes = new("AES", KeyAlgorithm.Aes, Ckm.AesKeyGen, "CKM_AES_KEY_GEN", 16);
        ProbeCipher(session, des, probes,
            new("3DES key diversification, EMV keys and key check values", "SCP02 secure channels and retail MACs", "3DES CMACs",
                "keys derived by 3DES (EMV CPS, retail MAC)", "SCP02 session keys"));
        ProbeCipher(session, aes, probes,
            new("SCP03 sessions, AES key check values", "SCP03 command encryption, sealed channel states", "SCP03 cryptograms and MACs",
                "SCP03 session keys, keys derived by AES", "keys derived by AES in CBC mode"));
        return probes;
    }

    static void ProbeCipher(Pkcs11SecuritySession session, Cipher cipher, List<MechanismProbe> probes, Uses uses)
    {
        Pkcs11SecretKey? key = null;
        var generation = Try(() => key = Generate(session, cipher));
        if (generation is not null)
            probes.Add(new(cipher.KeyGenName, "trying the other mechanisms at start; generating keys in the token", generation));
        using (key)
        {
            Probe("ECB", uses.Ecb, k => RoundTrip(cipher, k.EncryptEcb, k.DecryptEcb));
            Probe("CBC", uses.Cbc, k =>
                RoundTrip(cipher, (i, o) => k.EncryptCbc(cipher.Zero, i, o), (i, o) => k.DecryptCbc(cipher.Zero, i, o)));
            Probe("CMAC", uses.Cmac, k => k.Cmac(cipher.Zero, new byte[cipher.BlockSize]));
            Probe("ECB_ENCRYPT_DATA", uses.DeriveEcb, k => Derive(k, d => k.DeriveEcb(d, cipher.Algorithm, 16)));
            Probe("CBC_ENCRYPT_DATA", uses.DeriveCbc, k => Derive(k, d => k.DeriveCbc(cipher.Zero, d, cipher.Algorithm, 16)));
        }

        void Probe(string mode, string use, Action<ISecretKey> test)
        {
            var name = $"CKM_{cipher.Name}_{mode}";
            var failure = key is null ? $"Not tried: {cipher.KeyGenName} gave no key to try it with." : Try(() => test(key));
            probes.Add(new(name, use, failure));
        }
    }

    static Pkcs11SecretKey Generate(Pkcs11SecuritySession session, Cipher cipher)
    {
        var template = new AttributeTemplate(
            stackalloc CkAttribute[AttributeTemplate.MaxAttributes], stackalloc byte[AttributeTemplate.SmallValues]);
        SessionKeyTemplate.Write(ref template, cipher.Algorithm, 16);
        return session.Adopt(session.Native.GenerateKey(cipher.KeyGen, template), cipher.Algorithm, 16, "probe");
    }

    static void RoundTrip(Cipher cipher, Transform encrypt, Transform decrypt)
    {
        var plain = new byte[2 * cipher.BlockSize];
        RandomNumberGenerator.Fill(plain);
        var buffer = new byte[plain.Length];
        encrypt(plain, buffer);
        decrypt(buffer, buffer);
        if (!buffer.AsSpan().SequenceEqual(plain))
            throw new SecurityModuleException("Decryption did not give back what was encrypted.");
    }

    /// <summary>A random key cannot be compared with a known result; but the same data must give the same key twice.</summary>
    static void Derive(ISecretKey parent, Func<byte[], ISecretKey> derive)
    {
        var data = RandomNumberGenerator.GetBytes(16);
        using var first = derive(data);
        using var second = derive(data);
        var block = new byte[16];
        first.EncryptEcb(data, block);
        second.DecryptEcb(block, block);
        if (!block.AsSpan().SequenceEqual(data))
            throw new SecurityModuleException($"{parent.Algorithm} derivation gave two different keys from the same data.");
    }

    static string? Try(Action test)
    {
        try
        {
            test();
            return null;
        }
        catch (SecurityModuleException e)
        {
            return e.Message;
        }
    }

    delegate void Transform(ReadOnlySpan<byte> input, Span<byte> output);

    sealed record Cipher(string Name, KeyAlgorithm Algorithm, nuint KeyGen, string KeyGenName, int BlockSize)
    {
        public byte[] Zero { get; } = new byte[BlockSize];
    }

    sealed record Uses(string Ecb, string Cbc, string Cmac, string DeriveEcb, string DeriveCbc);
}
