using PersoMesh.SmartCard;
using PersoMesh.SmartCard.Tlv;

namespace PersoMesh.GlobalPlatform;

/// <summary>A component of a key: a symmetric key has one, an RSA key two or more.</summary>
/// <param name="Type">
/// Key type without the FF of the extended form (GPC 2.3.1 table 11-16): 80 3DES, 88 AES, A0 RSA exponent, A1 RSA modulus.
/// </param>
/// <param name="Length">Length in bytes; 0 in the basic form means 256 or more.</param>
public readonly record struct KeyComponent(byte Type, int Length);

/// <summary>What the card tells of a key (GPC 2.3.1 §11.3.3.1.1).</summary>
/// <param name="Identifier">Key identifier; 1 ENC, 2 MAC, 3 DEK in a secure channel key set.</param>
/// <param name="Version">Key version number.</param>
/// <param name="Components">Its components, at least one.</param>
public sealed record KeyInformation(byte Identifier, byte Version, IReadOnlyList<KeyComponent> Components)
{
    const string Structure = "key information template";

    /// <summary>Reads the response data of GET DATA 00E0.</summary>
    /// <param name="data">Response data without status word: templates E0 with data objects C0.</param>
    /// <exception cref="CardDataException">The data is something else, or cut.</exception>
    public static IReadOnlyList<KeyInformation> Parse(ReadOnlySpan<byte> data)
    {
        var keys = new List<KeyInformation>();
        var reader = new TlvReader(data);
        while (reader.Read(out var template))
        {
            if (template.Tag != 0xE0)
                throw new CardDataException(Structure, template.Offset, $"tag {template.Tag} where E0 was expected");
            var items = template.OpenValue();
            while (items.Read(out var item))
            {
                // Some cards list an empty C0 for a slot without a key.
                if (item.Tag == 0xC0 && !item.Value.IsEmpty)
                    keys.Add(Read(item));
            }
        }

        return keys;
    }

    static KeyInformation Read(TlvElement item)
    {
        var value = item.Value;
        if (value.Length < 4)
            throw new CardDataException(Structure, item.Offset, $"key information of {value.Length} bytes, at least 4 are needed");
        var components = value[2] == 0xFF ? ReadExtended(value[2..], item.Offset) : ReadBasic(value[2..], item.Offset);
        return new KeyInformation(value[0], value[1], components);
    }

    static List<KeyComponent> ReadBasic(ReadOnlySpan<byte> rest, int offset)
    {
        var components = new List<KeyComponent>();
        for (; rest.Length >= 2; rest = rest[2..])
            components.Add(new KeyComponent(rest[0], rest[1]));
        return rest.IsEmpty ? components : throw new CardDataException(Structure, offset, "the last component has a type but no length");
    }

    // { FF type ‖ length(2) }*, then length-prefixed usage and access. Types above 7F cannot be mistaken for a length of usage, 00 or 01;
    // some cards leave the FF out of all but the first type.
    static List<KeyComponent> ReadExtended(ReadOnlySpan<byte> rest, int offset)
    {
        var components = new List<KeyComponent>();
        while (rest.Length > 0 && rest[0] > 0x7F)
        {
            var at = rest[0] == 0xFF ? 1 : 0;
            if (rest.Length < at + 3)
                throw new CardDataException(Structure, offset, "a component of the extended form is cut off");
            components.Add(new KeyComponent(rest[at], (rest[at + 1] << 8) | rest[at + 2]));
            rest = rest[(at + 3)..];
        }

        return components;
    }
}
