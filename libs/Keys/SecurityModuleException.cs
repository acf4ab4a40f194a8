namespace PersoMesh.Keys;

/// <summary>A security module refused or failed. The message names the operation and the key's label, never a value.</summary>
public class SecurityModuleException : Exception
{
    /// <summary>Creates the exception.</summary>
    public SecurityModuleException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>True when the same call may succeed later (session lost, token busy); false when it never will.</summary>
    public bool IsTransient { get; init; }
}

/// <summary>A label names no key, or more than one.</summary>
public sealed class KeyNotFoundInModuleException(string label, string moduleName, int found, string kind = "secret key")
    : SecurityModuleException(found == 0
        ? $"No {kind} labelled '{label}' in {moduleName}: create or import it, or correct the label in the card profile."
        : $"{found} {kind}s labelled '{label}' in {moduleName}: a label must be unique.")
{
    /// <summary>The label that was asked for.</summary>
    public string Label { get; } = label;
}
