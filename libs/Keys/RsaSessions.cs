namespace PersoMesh.Keys;

/// <summary>Sessions with a module that has RSA keys.</summary>
public static class RsaSessions
{
    /// <summary>The session as one for RSA keys.</summary>
    /// <exception cref="SecurityModuleException">Its module has none.</exception>
    public static IRsaSession RequireRsa(this ISecuritySession session) =>
        session as IRsaSession ?? throw new SecurityModuleException("This security module has no RSA keys: use a PKCS#11 token.");
}
