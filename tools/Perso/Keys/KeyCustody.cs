using System.Security.Cryptography;
using PersoMesh.AuditLog;
using PersoMesh.Keys;
using PersoMesh.Perso.Commands;
using PersoMesh.Pkcs11;
using PersoMesh.PreparedJobs;
using PersoMesh.Profiles;

namespace PersoMesh.Perso.Keys;

/// <summary>A component of a key as a custodian entered it.</summary>
/// <param name="Custodian">Who.</param>
/// <param name="Value">As long as the key; whoever takes it zeroes it.</param>
sealed record KeyComponent(string Custodian, byte[] Value);

/// <summary>Everything that is done to the keys of a token; each deed is a record of the audit log, written before it is reported.</summary>
/// <param name="keys">The token.</param>
/// <param name="log">The audit log.</param>
/// <param name="actor">Who does it.</param>
sealed class KeyCustody(Pkcs11KeyAdministration keys, AuditLogFile log, string actor)
{
    /// <summary>Has the token generate a key.</summary>
    /// <exception cref="UserErrorException">The kind has a left half, which no token can take out of a key that it made.</exception>
    public KeyDescription Generate(string label, KeyKind kind) => kind.HasLeftHalf
        ? throw new UserErrorException($"A token cannot split a key that it made: bring a key of kind {kind.Name} in components, 'perso keys import'.")
        : Record("key.generate", keys.Generate(label, kind.Algorithm, kind.Length, kind.Uses), ("kind", kind.Name));

    public void GenerateRsa(string label, int bits, int exponent)
    {
        keys.GenerateRsa(label, bits, exponent);
        log.Append(actor, "key.generate-rsa", label, ("token", keys.TokenName), ("bits", $"{bits}"), ("exponent", $"{exponent}"));
    }

    /// <summary>Puts a key together from components by exclusive or. Nobody who entered one knows the key.</summary>
    /// <param name="label">The key's label.</param>
    /// <param name="kind">What it is for.</param>
    /// <param name="components">Two or three, each of another custodian; they are zeroed.</param>
    /// <exception cref="UserErrorException">Too few people, or a component of another length.</exception>
    public KeyDescription Import(string label, KeyKind kind, IReadOnlyList<KeyComponent> components)
    {
        var value = new byte[kind.Length];
        try
        {
            if (components.DistinctBy(component => component.Custodian, StringComparer.OrdinalIgnoreCase).Count() < components.Count)
                throw new UserErrorException("Each component is entered by another person: two have the same name.");
            foreach (var (custodian, component) in components)
            {
                if (component.Length != kind.Length)
                    throw new UserErrorException($"The component of {custodian} has {component.Length} bytes; a key of kind {kind.Name} has {kind.Length}.");
                for (var i = 0; i < value.Length; i++)
                    value[i] ^= component[i];
            }

            foreach (var (custodian, component) in components)
                log.Append(custodian, "key.component", label, ("token", keys.TokenName), ("check value", CheckValue(kind.Algorithm, component)));
            var key = Record(
                "key.import", keys.Import(label, kind.Algorithm, value, kind.Uses), ("kind", kind.Name), ("components", $"{components.Count}"));
            if (kind.HasLeftHalf)
                ImportLeftHalf(label, kind, value);
            return key;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(value);
            foreach (var component in components)
                CryptographicOperations.ZeroMemory(component.Value);
        }
    }

    void ImportLeftHalf(string label, KeyKind kind, ReadOnlySpan<byte> value)
    {
        var half = value.Length / 2;
        byte[] left = [.. value[..half], .. value[..half]];
        try
        {
            Record("key.import", keys.Import(label + CardVerificationField.LeftHalf, kind.Algorithm, left, kind.Uses),
                ("kind", kind.Name), ("of", label));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(left);
        }
    }

    public byte[] Export(string label, string under)
    {
        var wrapped = keys.Wrap(label, under);
        Record("key.export", keys.Find(label), ("under", under), ("form", "AES-KWP"));
        return wrapped;
    }

    public KeyDescription ImportWrapped(string label, KeyKind kind, string under, byte[] wrapped) =>
        Record("key.import", keys.Unwrap(label, kind.Algorithm, kind.Length, under, wrapped, kind.Uses),
            ("kind", kind.Name), ("under", under), ("form", "AES-KWP"));

    /// <summary>Wraps a key encryption key into a key block (ANSI X9.143 version D).</summary>
    /// <param name="label">The key; passes through this process's memory.</param>
    /// <param name="under">The transport key.</param>
    /// <param name="session">A session with the same token.</param>
    public string ExportKeyBlock(string label, string under, ISecuritySession session)
    {
        using var transport = session.GetKey(under);
        var value = keys.TakeOut(label);
        try
        {
            var block = KeyBlock.Wrap(transport, KeyBlockHeader.KeyEncryptionKey, value);
            Record("key.export", keys.Find(label), ("under", under), ("form", "X9.143 D"));
            return block;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(value);
        }
    }

    /// <summary>Takes in a key encryption key from a key block.</summary>
    /// <exception cref="UserErrorException">It is none, was changed, or holds another kind of key.</exception>
    public KeyDescription ImportKeyBlock(string label, KeyKind kind, string under, string block, ISecuritySession session)
    {
        using var transport = session.GetKey(under);
        try
        {
            var (header, value) = KeyBlock.Unwrap(transport, block)
                ?? throw new UserErrorException($"The key block was changed, or is under another key than '{under}'.");
            try
            {
                var expected = KeyBlockHeader.KeyEncryptionKey;
                if (header.Usage != expected.Usage || header.Algorithm != expected.Algorithm || value.Length != kind.Length)
                {
                    throw new UserErrorException(
                        $"The key block holds a key for use {header.Usage} with algorithm {header.Algorithm}, {value.Length} bytes; "
                            + $"a KEK has use K0, algorithm A and {kind.Length} bytes.");
                }

                return Record("key.import", keys.Import(label, kind.Algorithm, value, kind.Uses),
                    ("kind", kind.Name), ("under", under), ("form", "X9.143 D"));
            }
            finally
            {
                CryptographicOperations.ZeroMemory(value);
            }
        }
        catch (FormatException e)
        {
            throw new UserErrorException($"The key block cannot be read: {e.Message}.", e);
        }
    }

    /// <summary>Generates the next version of a key encryption key; the old ones stay, for files that were made with them.</summary>
    /// <exception cref="UserErrorException">There is no version yet, or no further one.</exception>
    public KeyDescription Rotate(string id)
    {
        var newest = keys.List().Select(key => KekReference.Parse(key.Label)).OfType<KekReference>().Where(kek => kek.Id == id).MaxBy(kek => kek.Version)
            ?? throw new UserErrorException($"{keys.TokenName} has no key labelled '{id}' with a version such as {id}.01.");
        if (newest.Version == KekReference.MaxVersion)
            throw new UserErrorException($"'{newest.Label}' is the last version there can be: take another identifier.");
        return Record("key.rotate", Generated(newest with { Version = newest.Version + 1 }), ("from", newest.Label));
    }

    /// <summary>Destroys a key, if it is the one that is meant.</summary>
    /// <exception cref="UserErrorException">The check value is another key's.</exception>
    public void Retire(string label, string checkValue)
    {
        var key = keys.Find(label);
        if (!string.Equals(key.CheckValue, checkValue, StringComparison.OrdinalIgnoreCase))
            throw new UserErrorException($"The check value of '{label}' is not {checkValue}: nothing was done. 'perso keys list' shows it.");
        keys.Delete(label);
        Record("key.retire", key);
    }

    public static string CheckValue(KeyAlgorithm algorithm, byte[] value)
    {
        using var key = new SoftwareKey(algorithm, value);
        var checkValue = new byte[Emv.KeyCheckValue.Length];
        Emv.KeyCheckValue.Compute(key, checkValue);
        return Convert.ToHexString(checkValue);
    }

    KeyDescription Generated(KekReference kek)
    {
        var kind = KeyKind.Of("kek");
        return keys.Generate(kek.Label, kind.Algorithm, kind.Length, kind.Uses);
    }

    KeyDescription Record(string action, KeyDescription key, params ReadOnlySpan<(string Name, string Value)> details)
    {
        log.Append(actor, action, key.Label,
            [("token", keys.TokenName), ("type", key.Type), ("check value", key.CheckValue ?? "none"), .. details]);
        return key;
    }
}
