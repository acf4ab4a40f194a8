using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.InteropServices;
using PersoMesh.Keys;
using PersoMesh.Pkcs11.Native;

namespace PersoMesh.Pkcs11;

/// <summary>A secret key in the token. The handle is good for all sessions of the process while the pool keeps its generation.</summary>
sealed record KeyEntry(nuint Handle, KeyAlgorithm Algorithm, int Length, int Generation);

/// <summary>Finds secret keys by label and remembers their handles, because C_FindObjects is slow on every HSM.</summary>
/// <remarks>Thread-safe.</remarks>
sealed class KeyDirectory(SessionPool pool)
{
    readonly ConcurrentDictionary<string, KeyEntry> _entries = new(StringComparer.Ordinal);

    /// <exception cref="KeyNotFoundInModuleException">No key, or more than one, has the label.</exception>
    public KeyEntry Find(Pkcs11Session session, string label)
    {
        if (_entries.TryGetValue(label, out var entry) && entry.Generation == pool.Generation)
            return entry;
        // Before the search: a loss during it makes the result old at once.
        var generation = pool.Generation;
        return _entries[label] = Describe(session, FindHandle(session, label), label, generation);
    }

    public void Forget(string label) => _entries.TryRemove(label, out _);

    nuint FindHandle(Pkcs11Session session, string label)
    {
        var found = new CULong[16];
        var count = FindByLabel(session, label, found);
        return count == 1 ? found[0].Value : throw new KeyNotFoundInModuleException(label, pool.TokenName, count);
    }

    /// <summary>The token's secret keys with a label.</summary>
    public static int FindByLabel(Pkcs11Session session, string label, Span<CULong> found)
    {
        var template = new AttributeTemplate(
            stackalloc CkAttribute[AttributeTemplate.MaxAttributes], stackalloc byte[AttributeTemplate.SmallValues + KeyLabel.MaxBytes]);
        template.Add(Cka.Class, Cko.SecretKey);
        template.Add(Cka.Token, true);
        template.Add(Cka.Label, KeyLabel.Checked(label));
        return session.Find(template, found);
    }

    KeyEntry Describe(Pkcs11Session session, nuint handle, string label, int generation) => session.GetUlong(handle, Cka.KeyType) switch
    {
        Ckk.Des2 => new KeyEntry(handle, KeyAlgorithm.TripleDes, 16, generation),
        Ckk.Des3 => new KeyEntry(handle, KeyAlgorithm.TripleDes, 24, generation),
        Ckk.Aes => new KeyEntry(handle, KeyAlgorithm.Aes, (int)session.GetUlong(handle, Cka.ValueLength), generation),
        var other => throw new SecurityModuleException(string.Create(
            CultureInfo.InvariantCulture,
            $"The key '{label}' in {pool.TokenName} is of type CKK 0x{(ulong)other:X}: only CKK_AES, CKK_DES2 and CKK_DES3 can be used.")),
    };
}
