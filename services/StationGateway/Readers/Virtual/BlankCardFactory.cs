using System.Security.Cryptography;
using PersoMesh.CardSimulator;
using PersoMesh.Hosting;

namespace PersoMesh.StationGateway.Readers.Virtual;

/// <summary>Brings a simulated blank card of a product.</summary>
delegate SimulatedBlank BringBlank(string product);

/// <summary>Makes simulated blank cards: what a card manufacturer would deliver, with keys from the supplier's master key.</summary>
sealed class BlankCardFactory(string? keyFile)
{
    const string FileSystemProduct = "filesystem-demo";

    // Serial numbers must differ between gateway processes too: a random upper half, a counter below.
    static int _serial = RandomNumberGenerator.GetInt32(0x7FFF) << 16;

    readonly Dictionary<string, CardBlueprint> _blueprints = new(StringComparer.Ordinal);

    /// <exception cref="MeshConfigurationException">No such product.</exception>
    public SimulatedBlank Make(string product)
    {
        if (product == FileSystemProduct)
            return new SimulatedFileSystemBlank(new(FileSystemCard.Blueprints.Demo(), NextSerial()));
        CardBlueprint? blueprint;
        lock (_blueprints)
        {
            if (!_blueprints.TryGetValue(product, out blueprint))
                _blueprints.Add(product, blueprint = Blueprint(product));
        }

        return new SimulatedGlobalPlatformBlank(new(blueprint, NextSerial()));
    }

    static uint NextSerial() => (uint)Interlocked.Increment(ref _serial);

    // KDF3 makes card keys of the master key's length.
    static CardBlueprint Badge(byte[] masterKey) => Blueprints.BadgeDemo(masterKey, masterKey.Length);

    CardBlueprint Blueprint(string product) => product switch
    {
        "emv-demo" => Blueprints.EmvDemo(
            SupplierKeys.Read(keyFile, "KMC-EMV"), new PersonalizationKey(KeyType.TripleDes, SupplierKeys.Read(keyFile, "PK-EMV"))),
        "badge-demo" => Badge(SupplierKeys.Read(keyFile, "KMC-BADGE")),
        _ => throw new MeshConfigurationException($"There is no simulated card product '{product}'; there are emv-demo, badge-demo and {FileSystemProduct}."),
    };
}
