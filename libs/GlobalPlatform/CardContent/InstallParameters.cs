using System.Buffers.Binary;
using PersoMesh.SmartCard.Tlv;

namespace PersoMesh.GlobalPlatform;

/// <summary>The install parameters field (GPC 2.3.1 table 11-49).</summary>
public sealed record InstallParameters
{
    /// <summary>
    /// Application specific parameters (tag C9), given to the application's install method; the tag is sent even when they are empty.
    /// </summary>
    public ReadOnlyMemory<byte> ApplicationData { get; init; }

    /// <summary>Volatile memory quota in bytes (tag C7), or null.</summary>
    public int? VolatileMemoryQuota { get; init; }

    /// <summary>Non-volatile memory quota in bytes (tag C8), or null.</summary>
    public int? NonVolatileMemoryQuota { get; init; }

    /// <summary>Global service parameters (tag CB), two bytes each; empty for none.</summary>
    public ReadOnlyMemory<byte> GlobalServices { get; init; }

    /// <summary>Implicit selection parameters (tag CF each; GPC 2.3.1 §11.1.7).</summary>
    public IReadOnlyList<byte> ImplicitSelection { get; init; } = [];

    /// <summary>The template of ETSI TS 102 226 (tag EA) for (U)SIM applications; empty for none.</summary>
    public ReadOnlyMemory<byte> Ts102226Template { get; init; }

    /// <summary>The encoded field; the caller's.</summary>
    public byte[] ToArray()
    {
        using var field = new TlvWriter();
        field.Write(0xC9, ApplicationData.Span);
        using var system = new TlvWriter();
        MemoryRequirement.Write(system, 0xC7, VolatileMemoryQuota);
        MemoryRequirement.Write(system, 0xC8, NonVolatileMemoryQuota);
        if (!GlobalServices.IsEmpty)
            system.Write(0xCB, GlobalServices.Span);
        foreach (var parameter in ImplicitSelection)
            system.Write(0xCF, parameter);
        if (system.Length > 0)
            field.Write(0xEF, system.WrittenSpan);
        if (!Ts102226Template.IsEmpty)
            field.Write(0xEA, Ts102226Template.Span);
        return field.ToArray();
    }
}

/// <summary>The load parameters field (GPC 2.3.1 table 11-48).</summary>
public sealed record LoadParameters
{
    /// <summary>Non-volatile memory for code in bytes (tag C6), or null.</summary>
    public int? NonVolatileCodeMemory { get; init; }

    /// <summary>Volatile memory for data in bytes (tag C7), or null.</summary>
    public int? VolatileDataMemory { get; init; }

    /// <summary>Non-volatile memory for data in bytes (tag C8), or null.</summary>
    public int? NonVolatileDataMemory { get; init; }

    /// <summary>The encoded field, empty when nothing is set; the caller's.</summary>
    public byte[] ToArray()
    {
        using var system = new TlvWriter();
        MemoryRequirement.Write(system, 0xC6, NonVolatileCodeMemory);
        MemoryRequirement.Write(system, 0xC7, VolatileDataMemory);
        MemoryRequirement.Write(system, 0xC8, NonVolatileDataMemory);
        using var field = new TlvWriter();
        return system.Length == 0 ? [] : field.Write(0xEF, system.WrittenSpan).ToArray();
    }
}

static class MemoryRequirement
{
    // 2 bytes up to 32,767, else 4 (§11.5.2.3.7).
    internal static void Write(TlvWriter writer, uint tag, int? bytes)
    {
        if (bytes is not { } value)
            return;
        ArgumentOutOfRangeException.ThrowIfNegative(value, nameof(bytes));
        Span<byte> encoded = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(encoded, value);
        writer.Write(tag, value <= 32_767 ? encoded[2..] : encoded);
    }
}
