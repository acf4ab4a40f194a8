using System.Text.Json;
using PersoMesh.Hosting;

namespace PersoMesh.StationGateway.Readers.Virtual;

/// <summary>
/// Reads a supplier's master key for simulated cards. On its own, because the simulator's side shares no code with the host's
/// handling of keys.
/// </summary>
static class SupplierKeys
{
    public static byte[] Read(string? file, string label)
    {
        if (file is null)
            throw new MeshConfigurationException("StationGateway:DemoKeyFile is missing: simulated blank cards need the supplier's keys.");
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file));
            foreach (var key in document.RootElement.GetProperty("keys").EnumerateArray())
            {
                if (key.GetProperty("label").GetString() == label)
                    return Convert.FromHexString(key.GetProperty("value").GetString()!);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or FormatException)
        {
            throw new MeshConfigurationException($"StationGateway:DemoKeyFile '{file}' cannot be used: {e.Message}", e);
        }

        throw new MeshConfigurationException($"StationGateway:DemoKeyFile '{file}' has no key '{label}'.");
    }
}
