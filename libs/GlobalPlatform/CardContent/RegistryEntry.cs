using PersoMesh.SmartCard;
using PersoMesh.SmartCard.Tlv;

namespace PersoMesh.GlobalPlatform;

/// <summary>One entry of the card's registry, as GET STATUS gives it (GPC 2.3.1 tables 11-36 and 11-37). Holds copies.</summary>
public sealed class RegistryEntry
{
    internal const uint Template = 0xE3;

    RegistryEntry()
    {
    }

    /// <summary>AID of the application, security domain or load file.</summary>
    public ReadOnlyMemory<byte> Aid { get; private set; }

    /// <summary>Life cycle state as the card coded it (GPC 2.3.1 tables 11-3 to 11-6), or null when the card did not say.</summary>
    public byte? LifeCycle { get; private set; }

    /// <summary>Privileges, or null for load files and when the card coded them in another way than 1 or 3 bytes.</summary>
    public Privileges? Privileges { get; private set; }

    /// <summary>AID of the load file that an application comes from; empty when the card did not say.</summary>
    public ReadOnlyMemory<byte> LoadFileAid { get; private set; }

    /// <summary>AID of the security domain that the entry belongs to; empty when the card did not say.</summary>
    public ReadOnlyMemory<byte> SecurityDomainAid { get; private set; }

    /// <summary>Version of a load file, on Java Card major and minor; empty when the card did not say.</summary>
    public ReadOnlyMemory<byte> Version { get; private set; }

    /// <summary>AIDs of a load file's modules.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Modules { get; private set; } = [];

    /// <summary>Implicit selection parameters (GPC 2.3.1 §11.1.7).</summary>
    public IReadOnlyList<byte> ImplicitSelection { get; private set; } = [];

    /// <summary>AID and state.</summary>
    public override string ToString() => $"{Convert.ToHexString(Aid.Span)} {LifeCycle:X2}";

    internal static RegistryEntry Read(TlvElement template)
    {
        var entry = new RegistryEntry();
        var modules = new List<ReadOnlyMemory<byte>>();
        var implicitSelection = new List<byte>();
        var reader = template.OpenValue();
        while (reader.Read(out var item))
        {
            switch (item.Tag.Value)
            {
                case 0x4F:
                    entry.Aid = item.Value.ToArray();
                    break;
                case 0x9F70 when item.Value.Length > 0:
                    // Cards that follow old versions add a second byte that says nothing more.
                    entry.LifeCycle = item.Value[0];
                    break;
                case 0xC5:
                    entry.Privileges = PrivilegesCoding.TryDecode(item.Value, out var privileges) ? privileges : null;
                    break;
                case 0xC4:
                    entry.LoadFileAid = item.Value.ToArray();
                    break;
                case 0xCC:
                    entry.SecurityDomainAid = item.Value.ToArray();
                    break;
                case 0xCE:
                    entry.Version = item.Value.ToArray();
                    break;
                case 0x84:
                    modules.Add(item.Value.ToArray());
                    break;
                case 0xCF when item.Value.Length == 1:
                    implicitSelection.Add(item.Value[0]);
                    break;
            }
        }

        if (entry.Aid.IsEmpty)
            throw new CardDataException("GET STATUS", template.Offset, "an entry has no AID (tag 4F)");
        (entry.Modules, entry.ImplicitSelection) = (modules, implicitSelection);
        return entry;
    }
}
