using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using PersoMesh.SmartCard;

namespace PersoMesh.GlobalPlatform;

/// <summary>
/// Card production life cycle data (CPLC), GET DATA 9F7F, 42 bytes. It is not in the GlobalPlatform specification but on most cards.
/// Numbers are big-endian; dates are YDDD in BCD: last digit of the year and day of the year, 0000 when not set.
/// </summary>
public sealed class ProductionLifeCycle
{
    /// <summary>Length of the data in bytes, without tag and length.</summary>
    public const int Length = 42;

    readonly byte[] _data;

    ProductionLifeCycle(ReadOnlySpan<byte> data) => _data = data.ToArray();

    /// <summary>Fabricator of the chip.</summary>
    public ushort Fabricator => Number(0);

    /// <summary>Type of the chip.</summary>
    public ushort ChipType => Number(2);

    /// <summary>Operating system.</summary>
    public ushort OperatingSystem => Number(4);

    /// <summary>Release date of the operating system.</summary>
    public ushort OperatingSystemDate => Number(6);

    /// <summary>Release level of the operating system.</summary>
    public ushort OperatingSystemLevel => Number(8);

    /// <summary>Fabrication date of the chip.</summary>
    public ushort FabricationDate => Number(10);

    /// <summary>Serial number of the chip, 4 bytes.</summary>
    public ReadOnlyMemory<byte> SerialNumber => _data.AsMemory(12, 4);

    /// <summary>Batch of the chip.</summary>
    public ushort Batch => Number(16);

    /// <summary>Who made the module.</summary>
    public ushort ModuleFabricator => Number(18);

    /// <summary>When the module was made.</summary>
    public ushort ModuleDate => Number(20);

    /// <summary>Who embedded the module in the card.</summary>
    public ushort CardManufacturer => Number(22);

    /// <summary>When the module was embedded.</summary>
    public ushort EmbeddingDate => Number(24);

    /// <summary>Who pre-personalized the card.</summary>
    public ushort PrePersonalizer => Number(26);

    /// <summary>When the card was pre-personalized.</summary>
    public ushort PrePersonalizationDate => Number(28);

    /// <summary>Equipment that pre-personalized it, 4 bytes.</summary>
    public ReadOnlyMemory<byte> PrePersonalizationEquipment => _data.AsMemory(30, 4);

    /// <summary>Who personalized the card.</summary>
    public ushort Personalizer => Number(34);

    /// <summary>When the card was personalized.</summary>
    public ushort PersonalizationDate => Number(36);

    /// <summary>Equipment that personalized it, 4 bytes.</summary>
    public ReadOnlyMemory<byte> PersonalizationEquipment => _data.AsMemory(38, 4);

    /// <summary>What usually tells chips apart: fabricator ‖ type ‖ batch ‖ serial number, 10 bytes.</summary>
    public byte[] ChipIdentifier => [.. _data.AsSpan(0, 4), .. _data.AsSpan(16, 2), .. _data.AsSpan(12, 4)];

    /// <summary>Reads the response data of GET DATA 9F7F.</summary>
    /// <param name="data">
    /// 42 bytes, or those with 9F7F2A in front; copied. Cards that append more bytes are refused: nobody knows what they mean.
    /// </param>
    /// <param name="lifeCycle">The content.</param>
    /// <returns>False for another length.</returns>
    public static bool TryParse(ReadOnlySpan<byte> data, [NotNullWhen(true)] out ProductionLifeCycle? lifeCycle)
    {
        if (data.Length == Length + 3 && data.StartsWith((ReadOnlySpan<byte>)[0x9F, 0x7F, Length]))
            data = data[3..];
        lifeCycle = data.Length == Length ? new ProductionLifeCycle(data) : null;
        return lifeCycle is not null;
    }

    /// <summary>Reads the response data of GET DATA 9F7F; the throwing form of <see cref="TryParse"/>.</summary>
    /// <param name="data">Response data without status word.</param>
    /// <exception cref="CardDataException">Another length.</exception>
    public static ProductionLifeCycle Parse(ReadOnlySpan<byte> data) => TryParse(data, out var lifeCycle)
        ? lifeCycle
        : throw new CardDataException("CPLC", 0, $"{data.Length} bytes; {Length} are defined, or {Length + 3} with tag and length");

    /// <summary>
    /// Turns a YDDD date into a calendar day: the latest one that is not after a given day, for the decade is not recorded.
    /// </summary>
    /// <param name="date">One of the dates of this data.</param>
    /// <param name="notAfter">Usually today.</param>
    /// <returns>Null when the date is not set or none.</returns>
    public static DateOnly? ResolveDate(ushort date, DateOnly notAfter)
    {
        Span<int> digits = [date >> 12, (date >> 8) & 0xF, (date >> 4) & 0xF, date & 0xF];
        var day = (100 * digits[1]) + (10 * digits[2]) + digits[3];
        if (digits.ContainsAnyInRange(10, 15) || day is 0 or > 366)
            return null;
        for (var year = notAfter.Year; year > Math.Max(0, notAfter.Year - 40); year--)
        {
            if (year % 10 != digits[0] || (day == 366 && !DateTime.IsLeapYear(year)))
                continue;
            var resolved = new DateOnly(year, 1, 1).AddDays(day - 1);
            if (resolved <= notAfter)
                return resolved;
        }

        return null;
    }

    ushort Number(int at) => BinaryPrimitives.ReadUInt16BigEndian(_data.AsSpan(at));
}
