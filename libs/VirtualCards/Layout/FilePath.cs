using System.Globalization;

namespace PersoMesh.VirtualCards.Layout;

/// <summary>Where a file lies: file identifiers from the master file down, written <c>3F00/5015/4401</c>.</summary>
public readonly record struct FilePath
{
    const string MasterFileText = "3F00";

    readonly string? _text;

    FilePath(string text) => _text = text;

    /// <summary>3F00.</summary>
    public static FilePath MasterFile => new(MasterFileText);

    /// <summary>The identifiers from the master file down; the first is 3F00.</summary>
    public IReadOnlyList<ushort> FileIds => Array.ConvertAll(ToString().Split('/'), id => Convert.ToUInt16(id, 16));

    /// <summary>The identifier of the file itself.</summary>
    public ushort FileId => Convert.ToUInt16(ToString()[^4..], 16);

    /// <summary>True for the master file.</summary>
    public bool IsMasterFile => ToString().Length == 4;

    /// <summary>The DF that the file lies in.</summary>
    /// <exception cref="InvalidOperationException">The master file lies in none.</exception>
    public FilePath Parent => IsMasterFile ? throw new InvalidOperationException("The master file has no parent.") : new(ToString()[..^5]);

    /// <summary>A file in this DF.</summary>
    /// <param name="fileId">Its identifier.</param>
    public FilePath Child(ushort fileId) => new($"{this}/{fileId:X4}");

    /// <summary>Reads a path.</summary>
    /// <param name="text">Groups of four hexadecimal digits with / between; the first is 3F00.</param>
    /// <param name="path">The path.</param>
    /// <returns>False when the text has another form.</returns>
    public static bool TryParse(string? text, out FilePath path)
    {
        path = default;
        if (text is null || !text.Split('/').All(id => id.Length == 4 && ushort.TryParse(id, NumberStyles.AllowHexSpecifier, null, out _)))
            return false;
        path = new(text.ToUpperInvariant());
        return path.FileIds[0] == 0x3F00;
    }

    /// <summary>Reads a path.</summary>
    /// <param name="text">Groups of four hexadecimal digits with / between; the first is 3F00.</param>
    /// <exception cref="FormatException">The text has another form.</exception>
    public static FilePath Parse(string text) => TryParse(text, out var path)
        ? path
        : throw new FormatException($"'{text}' is no file path; write file identifiers from the master file down, like 3F00/5015/4401.");

    /// <summary>File identifiers with / between.</summary>
    public override string ToString() => _text ?? MasterFileText;
}
