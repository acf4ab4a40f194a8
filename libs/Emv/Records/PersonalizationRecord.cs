namespace PersoMesh.Emv;

/// <summary>One module of a personalization record: what one kind of work on the card needs (chip, stripe, embossing, printing).</summary>
public sealed class PersonalizationModule
{
    /// <summary>Most characters of a module identifier code.</summary>
    public const int MaxCodeLength = 7;

    /// <summary>Creates a module.</summary>
    /// <param name="code">Module identifier code (MIC): 1 to 7 printable ASCII characters without spaces.</param>
    /// <param name="data">The data; not copied.</param>
    /// <exception cref="ArgumentException">Another code.</exception>
    public PersonalizationModule(string code, ReadOnlyMemory<byte> data)
    {
        if (!IsCode(code))
            throw new ArgumentException(
                $"A module identifier code has 1 to {MaxCodeLength} printable ASCII characters without spaces.", nameof(code));
        (Code, Data) = (code, data);
    }

    /// <summary>Module identifier code (MIC).</summary>
    public string Code { get; }

    /// <summary>The data. May hold cardholder data.</summary>
    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>Code and length.</summary>
    public override string ToString() => $"module {Code}, {Data.Length} bytes";

    internal static bool IsCode(ReadOnlySpan<char> code) =>
        code.Length is >= 1 and <= MaxCodeLength && !code.ContainsAnyExceptInRange('!', '~');
}

/// <summary>The data of one card: its modules in order. May hold cardholder data.</summary>
/// <param name="Modules">The modules. A code may occur more than once.</param>
public sealed record PersonalizationRecord(IReadOnlyList<PersonalizationModule> Modules)
{
    /// <summary>The first module with a code, or null.</summary>
    /// <param name="code">Module identifier code, case-sensitive.</param>
    public PersonalizationModule? Find(string code) => Modules.FirstOrDefault(m => m.Code == code);

    /// <summary>Codes and lengths.</summary>
    public override string ToString() => $"personalization record: {string.Join(", ", Modules)}";
}
