using System.Text.Json;
using PersoMesh.Hosting;
using PersoMesh.Keys;
using PersoMesh.Pkcs11;

namespace PersoMesh.Security.Modules;

/// <summary>Opens the security module that the settings name.</summary>
static class SecurityModuleFactory
{
    /// <exception cref="MeshConfigurationException">No module, or one that cannot be opened.</exception>
    public static ISecurityModule Open(SecurityOptions options)
    {
        try
        {
            ISecurityModule module = options switch
            {
                { Pkcs11: { } token } => Pkcs11SecurityModule.Open(new Pkcs11Options
                {
                    LibraryPath = token.Library,
                    TokenLabel = token.Token,
                    PinFile = token.PinFile,
                    MaxSessions = options.Concurrency + 2,
                }),
                { DemoKeyFile: { } file } => ReadDemoKeys(file),
                _ => throw new MeshConfigurationException("Security has no keys: set Security:Pkcs11 (Library, Token, PinFile), or Security:DemoKeyFile for a demonstration."),
            };
            return new InstrumentedSecurityModule(module);
        }
        catch (SecurityModuleException e)
        {
            throw new MeshConfigurationException($"The HSM cannot be used: {e.Message}", e);
        }
    }

    static SoftwareSecurityModule ReadDemoKeys(string file)
    {
        try
        {
            return DemoKeyFile.OpenModule(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or FormatException or ArgumentException)
        {
            throw new MeshConfigurationException($"Security:DemoKeyFile '{file}' cannot be used: {e.Message}", e);
        }
    }
}
