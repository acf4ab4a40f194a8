using System.Buffers.Binary;
using PersoMesh.CardSimulator.Persistence;
using PersoMesh.CardSimulator.SecureChannel;

namespace PersoMesh.CardSimulator;

/// <summary>The manufacturer: gives a blueprint a serial number and the keys that follow from it.</summary>
static class CardFactory
{
    const int CplcLength = 42;
    const int CplcSerialOffset = 12;

    public static CardState Create(CardBlueprint blueprint, uint serialNumber)
    {
        var serial = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(serial, serialNumber);
        Require(blueprint.CplcTemplate.Length == CplcLength, $"a CPLC template has {CplcLength} bytes");
        byte[] cplc = [.. blueprint.CplcTemplate];
        serial.CopyTo(cplc, CplcSerialOffset);
        var diversificationData = blueprint.KeyDiversificationData ?? [.. blueprint.KeyMasterIdentifier, .. serial];
        Require(diversificationData.Length == KeyDiversifier.DataLength, $"key diversification data has {KeyDiversifier.DataLength} bytes");
        Require(
            blueprint.Protocol == SecureChannelProtocol.Scp03 || (blueprint.ProtocolOptions & 0x05) == 0x05,
            "SCP02 is implemented with explicit initiation and three keys only: i has the bits 01 and 04");

        var state = new CardState
        {
            Product = blueprint.Product,
            Atr = blueprint.Atr,
            SerialNumber = Convert.ToHexString(serial),
            Protocol = blueprint.Protocol,
            ProtocolOptions = blueprint.ProtocolOptions,
            Transmission = blueprint.Transmission,
            IsdAid = blueprint.IsdAid,
            Cplc = cplc,
            KeyDiversificationData = diversificationData,
            AuthenticationLimit = blueprint.AuthenticationLimit,
            EepromBytes = blueprint.EepromBytes,
        };
        state.KeySets.Add(new()
        {
            Version = blueprint.KeyVersion,
            Type = blueprint.Protocol == SecureChannelProtocol.Scp02 ? KeyType.TripleDes : KeyType.Aes,
            Keys = Keys(blueprint, diversificationData),
            Counter = blueprint.SequenceCounter,
        });
        foreach (var package in blueprint.Packages)
            state.Packages.Add(new() { Aid = package.Aid, Modules = [.. package.Modules] });
        foreach (var instance in blueprint.Instances)
            Install(state, instance);
        return state;
    }

    static StaticKeys Keys(CardBlueprint blueprint, byte[] diversificationData)
    {
        Require(blueprint.Keys is not null || blueprint.MasterKey is not null, "a card needs a master key or keys of its own");
        var keys = blueprint.Keys
            ?? KeyDiversifier.Derive(blueprint.Diversification, blueprint.MasterKey!, diversificationData, blueprint.KeyLength);
        int[] lengths = blueprint.Protocol == SecureChannelProtocol.Scp02 ? [16] : [16, 24, 32];
        Require(
            lengths.Contains(keys.Enc.Length) && keys.Mac.Length == keys.Enc.Length && keys.Dek.Length == keys.Enc.Length,
            $"its three keys have {string.Join(" or ", lengths)} bytes each, all the same length");
        return keys;
    }

    static void Install(CardState state, InstanceBlueprint instance)
    {
        var module = state.Packages.Find(p => p.Aid == instance.PackageAid)?.Modules.Find(m => m.Aid == instance.ModuleAid);
        Require(module is not null, $"package {instance.PackageAid} has no module {instance.ModuleAid}");
        state.Applications.Add(new()
        {
            Aid = instance.InstanceAid,
            PackageAid = instance.PackageAid,
            Module = module!,
            Privileges = [0],
            LifeCycle = LifeCycles.ApplicationSelectable,
        });
    }

    static void Require(bool condition, string rule)
    {
        if (!condition)
            throw new ArgumentException($"No card can be made from this blueprint: {rule}.", nameof(condition));
    }
}
