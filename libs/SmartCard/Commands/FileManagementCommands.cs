using PersoMesh.SmartCard.FileSystem;

namespace PersoMesh.SmartCard.Commands;

/// <summary>
/// Commands that make files and change their life cycle (ISO/IEC 7816-9), class 00. The builders make commands and send nothing.
/// Where a file identifier is optional, null means the current file.
/// </summary>
public static class FileManagementCommands
{
    /// <summary>CREATE FILE: makes a DF or EF below the current DF and selects it.</summary>
    /// <param name="parameters">Its control parameters; their template is 62 unless the card wants 6F.</param>
    /// <exception cref="InvalidOperationException">A parameter has a value that cannot be coded.</exception>
    public static CommandApdu CreateFile(FileControlParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        return new(0x00, 0xE0, 0x00, 0x00, parameters.ToArray());
    }

    /// <summary>DELETE FILE: cannot be undone.</summary>
    /// <param name="fileId">File identifier, or null for the current file.</param>
    public static CommandApdu DeleteFile(ushort? fileId = null) => Build(0xE4, fileId);

    /// <summary>ACTIVATE FILE: to the operational state.</summary>
    /// <param name="fileId">File identifier, or null for the current file.</param>
    public static CommandApdu ActivateFile(ushort? fileId = null) => Build(0x44, fileId);

    /// <summary>DEACTIVATE FILE: until it is activated again.</summary>
    /// <param name="fileId">File identifier, or null for the current file.</param>
    public static CommandApdu DeactivateFile(ushort? fileId = null) => Build(0x04, fileId);

    /// <summary>TERMINATE DF: cannot be undone.</summary>
    /// <param name="fileId">File identifier, or null for the current DF.</param>
    public static CommandApdu TerminateDf(ushort? fileId = null) => Build(0xE6, fileId);

    /// <summary>TERMINATE EF: cannot be undone.</summary>
    /// <param name="fileId">File identifier, or null for the current EF.</param>
    public static CommandApdu TerminateEf(ushort? fileId = null) => Build(0xE8, fileId);

    /// <summary>TERMINATE CARD USAGE: cannot be undone; the card answers no more than its termination state allows.</summary>
    public static CommandApdu TerminateCardUsage() => Build(0xFE, fileId: null);

    static CommandApdu Build(byte ins, ushort? fileId) =>
        new(0x00, ins, 0x00, 0x00, fileId is { } id ? new byte[] { (byte)(id >> 8), (byte)id } : default);
}
