namespace PersoMesh.VirtualCards.Agents;

/// <summary>Which agent a card product needs, and what the product leaves to it.</summary>
/// <param name="Name">Name of the agent: <c>iso7816</c>.</param>
/// <param name="Dialect">Limits and references of the product.</param>
public sealed record CardAgentSettings(string Name, Iso7816Dialect Dialect)
{
    /// <summary>The names of all agents. Another operating system's is one more line here and one more file.</summary>
    public static IReadOnlyCollection<string> Names => Makers.Keys;

    static Dictionary<string, Func<Iso7816Dialect, ICardAgent>> Makers { get; } = new(StringComparer.Ordinal)
    {
        ["iso7816"] = dialect => new Iso7816Agent(dialect),
    };

    /// <summary>Makes the agent.</summary>
    /// <exception cref="CardAgentException">There is no agent of that name.</exception>
    /// <exception cref="ArgumentException">A limit is not that of short APDUs.</exception>
    public ICardAgent CreateAgent() => Makers.TryGetValue(Name, out var make)
        ? make(Dialect)
        : throw new CardAgentException($"There is no card agent '{Name}'; there is {string.Join(", ", Names)}.");
}
