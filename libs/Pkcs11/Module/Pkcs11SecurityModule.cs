using PersoMesh.Keys;

namespace PersoMesh.Pkcs11;

/// <summary>A PKCS#11 token as security module.</summary>
/// <remarks>
/// Thread-safe. Key handles are remembered: a key that is replaced under the same label while the module is open is noticed when the
/// token refuses the old handle. Derived keys are session objects, sensitive and not extractable; they are destroyed with the key object
/// or, at the latest, with the session.
/// </remarks>
public sealed class Pkcs11SecurityModule : ISecurityModule
{
    readonly TokenAccess _token;
    readonly SessionPool _pool;
    readonly KeyDirectory _keys;

    Pkcs11SecurityModule(TokenAccess token, Pkcs11Options options)
    {
        _token = token;
        _pool = new SessionPool(token, options.MaxSessions, options.SessionTimeout);
        _keys = new KeyDirectory(_pool);
        token.LoggedIn = _pool.NoteLoss;
    }

    /// <inheritdoc />
    public string Name => _token.Name;

    /// <inheritdoc />
    public bool IsForDemonstrationOnly => false;

    /// <summary>
    /// What became of trying each mechanism at start with a throw-away key: tokens list mechanisms that they refuse. The caller
    /// reports the ones that are not usable.
    /// </summary>
    public IReadOnlyList<MechanismProbe> Mechanisms { get; private set; } = [];

    /// <summary>Loads the library, logs in, and tries every mechanism that the project needs.</summary>
    /// <param name="options">Which token, which PIN, how many sessions.</param>
    /// <exception cref="SecurityModuleException">Library, token or PIN are not as the options say.</exception>
    public static Pkcs11SecurityModule Open(Pkcs11Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.MaxSessions < 1)
            throw new ArgumentException($"{nameof(Pkcs11Options.MaxSessions)} is at least 1, not {options.MaxSessions}.", nameof(options));
        var module = new Pkcs11SecurityModule(new TokenAccess(options), options);
        try
        {
            using var session = new Pkcs11SecuritySession(module._pool, module._keys);
            module.Mechanisms = MechanismProbing.Run(session);
            return module;
        }
        catch
        {
            module.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public ISecuritySession OpenSession() => new Pkcs11SecuritySession(_pool, _keys);

    /// <summary>Closes the sessions; one still in use is closed when it is disposed, and the library is let go with the last.</summary>
    public void Dispose() => _pool.Dispose();
}
