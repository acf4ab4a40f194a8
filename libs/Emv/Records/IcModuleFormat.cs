using System.Buffers.Binary;
using System.Text;
using PersoMesh.SmartCard;

namespace PersoMesh.Emv;

/// <summary>
/// Reads and writes the IC module of a personalization record by a table, by default <see cref="CpsRecordTable"/>. Immutable.
/// </summary>
/// <param name="table">The table; its field names are those of <see cref="CpsRecordTable"/>.</param>
public sealed class IcModuleFormat(IReadOnlyList<RecordField> table)
{
    const string Structure = "IC module";

    /// <summary>The format with the table's default choices.</summary>
    public static readonly IcModuleFormat Default = new(CpsRecordTable.Create());

    readonly IReadOnlyList<RecordField> _covered = CoveredFields(table);

    /// <summary>Parses an IC module.</summary>
    /// <param name="data">The data of the module; not copied, so it must not change afterwards.</param>
    /// <exception cref="CardDataException">The data are malformed.</exception>
    public IcModule Parse(ReadOnlyMemory<byte> data)
    {
        var node = RecordReader.Read(Structure, table, data);
        var record = node.Group("record");
        var head = record.Group("section 2");
        return new IcModule
        {
            Version = Encoding.Latin1.GetString(node["VNL"].Span),
            CardReference = head["CRN"],
            CollectedStatus = Encoding.Latin1.GetString(head["STATUScoll"].Span),
            ProcessIds = head.Groups("PID").Select(p => p.Byte("pid")).ToArray(),
            Aids = [.. head.Groups("AID").Select(a => a["aid"])],
            Applications = [.. record.Groups("application").Select(a => ToApplication(a.Group("section 3")))],
        };
    }

    /// <summary>Encodes an IC module.</summary>
    /// <param name="module">The module.</param>
    /// <returns>The data of the module; owned by the caller.</returns>
    /// <exception cref="ArgumentException">A value does not fit into its field.</exception>
    public byte[] Write(IcModule module)
    {
        ArgumentNullException.ThrowIfNull(module);
        var node = new RecordNode { ["VNL"] = Encoding.Latin1.GetBytes(module.Version) };
        var record = node.AddGroup("record");
        var head = record.AddGroup("section 2");
        head["CRN"] = module.CardReference;
        head["STATUScoll"] = Encoding.Latin1.GetBytes(module.CollectedStatus);
        foreach (var id in module.ProcessIds.Span)
            head.AddGroup("PID").Set("pid", id);
        foreach (var aid in module.Aids)
            head.AddGroup("AID")["aid"] = aid;
        foreach (var application in module.Applications)
            FromApplication(application, record.AddGroup("application").AddGroup("section 3"));
        return RecordWriter.Write(table, node);
    }

    /// <summary>What the MAC of an application covers: its section up to the MAC key, without the length in front.</summary>
    /// <param name="application">The application.</param>
    /// <exception cref="ArgumentException">A value does not fit into its field.</exception>
    internal byte[] WriteCovered(IcApplication application)
    {
        var node = new RecordNode();
        FromApplication(application, node);
        return RecordWriter.Write(_covered, node);
    }

    static RecordField[] CoveredFields(IReadOnlyList<RecordField> table)
    {
        ArgumentNullException.ThrowIfNull(table);
        var section = table.Single(f => f.Name == "record").Fields.Single(f => f.Name == "application").Fields.Single(
            f => f.Name == "section 3");
        return [.. section.Fields.TakeWhile(f => f.Name != "MACkey")];
    }

    static IcApplication ToApplication(RecordNode node)
    {
        var identity = node.Group("section 3a.1");
        var processing = node.Group("section 3a.2");
        var keys = identity.Groups("TK");
        return new IcApplication
        {
            Aid = identity["AID"],
            TransportKeyVersion = keys.Count == 0 ? null : keys[0].Byte("version"),
            TransportKeys = keys.Count == 0 ? [] : [.. keys[0].Groups("key").Select(ToTransportKey)],
            OwnerId = processing["IDowner"],
            Steps = [.. processing.Groups("steps").SelectMany(s => s.Groups("step")).Select(s => ToStep(s.Group("processing step")))],
            LogData = node["LOGDATA"],
            Data = node["DATA"],
            EncipheredMacKey = node["MACkey"],
            Mac = node["MACinp"],
        };
    }

    static void FromApplication(IcApplication application, RecordNode node)
    {
        var identity = node.AddGroup("section 3a.1");
        identity["AID"] = application.Aid;
        if (application.TransportKeys.Count > 0 || application.TransportKeyVersion is not null)
        {
            var keys = identity.AddGroup("TK");
            keys.Set("version", application.TransportKeyVersion ?? 0x01);
            foreach (var use in application.TransportKeys)
                FromTransportKey(use, keys.AddGroup("key"));
        }

        var processing = node.AddGroup("section 3a.2");
        processing["IDowner"] = application.OwnerId;
        if (application.Steps.Count > 0)
        {
            var steps = processing.AddGroup("steps");
            foreach (var step in application.Steps)
                FromStep(step, steps.AddGroup("step").AddGroup("processing step"));
        }

        node["LOGDATA"] = application.LogData;
        node["DATA"] = application.Data;
        node["MACkey"] = application.EncipheredMacKey;
        node["MACinp"] = application.Mac;
    }

    static TransportKeyUse ToTransportKey(RecordNode node) => new(
        node["TKid"],
        node.Byte("TYPEtk"),
        (TransportKeyMode)node.Byte("CMODE"),
        [.. node.Groups("DGI").Select(d => BinaryPrimitives.ReadUInt16BigEndian(d["dgi"].Span))]);

    static void FromTransportKey(TransportKeyUse use, RecordNode node)
    {
        node["TKid"] = use.KeyId;
        node.Set("TYPEtk", use.KeyType);
        node.Set("CMODE", (byte)use.Mode);
        foreach (var id in use.Groupings)
            node.AddGroup("DGI")["dgi"] = new[] { (byte)(id >> 8), (byte)id };
    }

    static ProcessingStep ToStep(RecordNode node)
    {
        var data = node.Group("PDI");
        return new ProcessingStep
        {
            Action = node.Byte("ACT"),
            Requirement = node.Byte("REQ"),
            Tag = node.Byte("TAG"),
            Order = data["ORDER"],
            VersionControl = data["VERCNTL"],
            Encryption = data["ENC"],
            Random = data["RANDOM"],
            Grouping = data["GROUP"],
            SecurityLevel = data.Byte("SECLEV"),
            UpdateLifeCycleData = data.Byte("UPDATEcplc"),
            DataPointer = node["POINTER"],
        };
    }

    static void FromStep(ProcessingStep step, RecordNode node)
    {
        node.Set("ACT", step.Action);
        node.Set("REQ", step.Requirement);
        node.Set("TAG", step.Tag);
        var data = node.AddGroup("PDI");
        data["ORDER"] = step.Order;
        data["VERCNTL"] = step.VersionControl;
        data["ENC"] = step.Encryption;
        data["RANDOM"] = step.Random;
        data["GROUP"] = step.Grouping;
        data.Set("SECLEV", step.SecurityLevel);
        data.Set("UPDATEcplc", step.UpdateLifeCycleData);
        node["POINTER"] = step.DataPointer;
    }
}
