namespace PersoMesh.GlobalPlatform;

/// <summary>Deviations from the specification that card products are known for; a card profile names them.</summary>
[Flags]
public enum CardQuirks
{
    /// <summary>The card follows the specification.</summary>
    None = 0,

    /// <summary>
    /// SCP03: the encryption counter advances only with commands that have data, although
    /// GPC Amendment D 1.1.1 §6.2.6 has it advance with every command.
    /// </summary>
    CounterOnlyWithData = 1,

    /// <summary>The key information template leaves out the keys that the card was made with, although it uses them (version FF).</summary>
    InitialKeysNotListed = 2,

    /// <summary>The card has no key information template (GET DATA 00E0, GPC 2.3.1 §11.3.3.1.1).</summary>
    NoKeyInformation = 4,

    /// <summary>
    /// A security domain holds one key set: PUT KEY cannot add a second one beside it, only replace it (P1 = its version).
    /// </summary>
    OneKeySet = 8,
}

/// <summary>The names of <see cref="CardQuirks"/> in card profiles.</summary>
public static class CardQuirkNames
{
    static readonly Dictionary<string, CardQuirks> Names = new(StringComparer.Ordinal)
    {
        ["counter-only-with-data"] = CardQuirks.CounterOnlyWithData,
        ["initial-keys-not-listed"] = CardQuirks.InitialKeysNotListed,
        ["no-key-information"] = CardQuirks.NoKeyInformation,
        ["one-key-set"] = CardQuirks.OneKeySet,
    };

    /// <summary>All names.</summary>
    public static IReadOnlyCollection<string> All => Names.Keys;

    /// <summary>Finds a quirk by its name (lower case).</summary>
    /// <returns>False when there is no such name.</returns>
    public static bool TryParse(string? name, out CardQuirks quirk)
    {
        quirk = CardQuirks.None;
        return name is not null && Names.TryGetValue(name, out quirk);
    }
}

/// <summary>What a secure channel must know of the card product beyond its answer to INITIALIZE UPDATE.</summary>
public sealed record SecureChannelOptions
{
    /// <summary>
    /// The parameter i of SCP02 (GPC 2.3.1 table E-1), which the answer to INITIALIZE UPDATE does not tell: it is in the card data (tag 66)
    /// or in the card's documentation. 15 unless told otherwise. SCP03 answers carry i themselves; this value is then not used.
    /// </summary>
    public byte Scp02Implementation { get; init; } = 0x15;

    /// <summary>Known deviations of the card product.</summary>
    public CardQuirks Quirks { get; init; }
}
