namespace PersoMesh.Keys;

/// <summary>What holds keys: a PKCS#11 token, or the in-process stand-in that is for tests and demonstration only.</summary>
/// <remarks>Thread-safe. One instance per process and token.</remarks>
public interface ISecurityModule : IDisposable
{
    /// <summary>What an operator would call it: <c>SoftHSM token "bureau"</c>. Holds no secret.</summary>
    string Name { get; }

    /// <summary>True when keys lie in process memory: whoever starts such a module must say so to the user.</summary>
    bool IsForDemonstrationOnly { get; }

    /// <summary>Borrows a session; blocks while all sessions of the pool are in use. Dispose it to give it back.</summary>
    /// <exception cref="SecurityModuleException">The token is gone or refuses new sessions.</exception>
    ISecuritySession OpenSession();
}

/// <summary>One unit of work in a security module. Not thread-safe.</summary>
public interface ISecuritySession : IDisposable
{
    /// <summary>The secret key with this label (CKA_LABEL).</summary>
    /// <param name="label">Case-sensitive label; must name exactly one secret key.</param>
    /// <exception cref="KeyNotFoundInModuleException">No key, or more than one, has the label.</exception>
    ISecretKey GetKey(string label);

    /// <summary>Fills the buffer from the module's random number generator.</summary>
    /// <param name="output">Owned by the caller.</param>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    void GenerateRandom(Span<byte> output);
}
