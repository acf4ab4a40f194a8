namespace PersoMesh.Emv.Tests;

/// <summary>Named numbers that others published: lines of name and hexadecimal digits, with their source in the first lines.</summary>
sealed class VectorFile
{
    /// <summary>A card with all its keys (mrautio/emv-card-simulator).</summary>
    public static readonly VectorFile CardSimulator = new("emv-card-simulator.txt");

    /// <summary>A test card with SDA and DDA, public keys only (openemv/emv-utils).</summary>
    public static readonly VectorFile Visa94 = new("openemv-visa-94.txt");

    /// <summary>A test card with CDA, public keys only (openemv/emv-utils).</summary>
    public static readonly VectorFile MastercardF1 = new("openemv-mastercard-f1.txt");

    /// <summary>A card with SDA and its static data (lumag/emv-tools).</summary>
    public static readonly VectorFile EmvToolsSda = new("emv-tools-sda.txt");

    /// <summary>A card with DDA and CDA, its static data and what was exchanged (lumag/emv-tools).</summary>
    public static readonly VectorFile EmvToolsDdaCda = new("emv-tools-dda-cda.txt");

    readonly Dictionary<string, byte[]> _values = new(StringComparer.Ordinal);

    VectorFile(string name)
    {
        using var stream = typeof(VectorFile).Assembly.GetManifestResourceStream($"vectors/{name}")!;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#'))
                _values.Add(line[..line.IndexOf(' ', StringComparison.Ordinal)], Hex.Bytes(
                    line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..]));
        }
    }

    public byte[] this[string name] => _values[name];

    public IReadOnlyDictionary<string, byte[]> Values => _values;

    public RsaPublicKey Key(string name) => new(this[name], [0x03]);
}
