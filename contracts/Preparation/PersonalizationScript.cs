namespace PersoMesh.Contracts.Preparation;

/// <summary>All commands of a card's session after the opening, with places where Security must act. Travels sealed only.</summary>
public sealed record PersonalizationScript
{
    /// <summary>The secure channel that protects the commands.</summary>
    public required SecureChannelDescription Channel { get; init; }

    /// <summary>The commands in their order, before protection.</summary>
    public required IReadOnlyList<ScriptCommand> Commands { get; init; }

    /// <summary>What Security computes in preparation, referred to by index; empty once that is done.</summary>
    public IReadOnlyList<SecretDescription> Secrets { get; init; } = [];

    /// <summary>The record that the commands were made from, when the issuer prepared the card: Security verifies its MACs.</summary>
    public PreparedRecordReference? PreparedRecord { get; init; }

    /// <summary>The computed secrets under an HSM key; null before preparation.</summary>
    public byte[]? SealedSecrets { get; init; }

    /// <summary>For a file-system card: its image, from which Security makes the commands; null for other cards.</summary>
    public VirtualCardData? VirtualCard { get; init; }
}

/// <summary>The secure channel of a session.</summary>
/// <param name="Protocol"><c>SCP02</c>, <c>SCP03</c>, or <c>none</c>: then the commands travel sealed to the station.</param>
/// <param name="Implementation">The protocol's parameter i where the card's answer does not tell it (SCP02); null otherwise.</param>
/// <param name="Level">P1 of EXTERNAL AUTHENTICATE.</param>
/// <param name="MasterKey">Label of the master key in the HSM.</param>
/// <param name="Diversification">Name of the method that makes the card's keys.</param>
/// <param name="Quirks">Named deviations of the card product.</param>
public sealed record SecureChannelDescription(
    string Protocol, byte? Implementation, byte Level, string MasterKey, string Diversification, IReadOnlyList<string> Quirks);

/// <summary>A command before protection.</summary>
/// <param name="Cla">Class byte without secure messaging.</param>
/// <param name="Ins">Instruction byte.</param>
/// <param name="P1">Parameter 1.</param>
/// <param name="P2">Parameter 2.</param>
/// <param name="Data">Parts of the command data, in order.</param>
/// <param name="Expected">Status words that the card must return.</param>
/// <param name="Ne">Length of the expected response data; null = none.</param>
public sealed record ScriptCommand(
    byte Cla, byte Ins, byte P1, byte P2, IReadOnlyList<ScriptData> Data, IReadOnlyList<ushort> Expected, int? Ne);

/// <summary>Part of a command's data: either clear bytes or a piece of a secret.</summary>
/// <param name="Clear">The bytes, or null for a secret.</param>
/// <param name="Secret">Index of the secret, or -1.</param>
/// <param name="Offset">Where the piece begins in the secret as it is sent.</param>
/// <param name="Length">Bytes of the piece; 0 for clear bytes.</param>
/// <param name="IsEncrypted">True when the secret is sent under the session's data encryption key, padded to whole blocks.</param>
public sealed record ScriptData(byte[]? Clear, int Secret = -1, int Offset = 0, int Length = 0, bool IsEncrypted = false);

/// <summary>A secret value: the concatenation of its parts, padded to whole blocks.</summary>
/// <param name="Name">Where it belongs, for error messages: <c>debit/8000</c>.</param>
/// <param name="Parts">What it is made of.</param>
/// <param name="IsCheckValues">True for the check values (3 bytes each) of another secret's keys, which are not secret but computed with it.</param>
public sealed record SecretDescription(string Name, IReadOnlyList<SecretSource> Parts, bool IsCheckValues = false);

/// <summary>A part of a secret: the kind of calculation and its resolved parameters.</summary>
/// <param name="Kind">
/// <c>emvMasterKey</c>, <c>pinBlock</c>, <c>aesKey</c>, <c>random</c>; or <c>prepared</c>: deciphered from the prepared record, with the
/// places of application and data grouping in it as parameters.
/// </param>
/// <param name="Parameters">Parameter name to value; key names are labels in the HSM.</param>
public sealed record SecretSource(string Kind, IReadOnlyDictionary<string, string> Parameters);
