using System.Buffers.Binary;
using PersoMesh.FileSystemCard.Files;
using PersoMesh.FileSystemCard.Persistence;

namespace PersoMesh.FileSystemCard;

/// <summary>Makes the memory of a blank card: an MF in initialisation state, EF.GDO with the serial number, and password 1.</summary>
static class CardFactory
{
    /// <summary>EF.GDO, where European health and signature cards have their serial number: 5A ‖ length ‖ number.</summary>
    const ushort GlobalDataObjectsFileId = 0x2F02;

    public static CardState Create(CardBlueprint blueprint, uint serialNumber)
    {
        ArgumentNullException.ThrowIfNull(blueprint);
        if (!blueprint.Passwords.Any(p => p.Number == 1) || blueprint.Passwords.Any(p => p.Number is < 1 or > 14))
            throw new ArgumentException("A card has password 1, and others up to 14.", nameof(blueprint));
        AccessRules.Check(blueprint.MasterFileRules, number => blueprint.Passwords.Any(p => p.Number == number));

        var serial = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(serial, serialNumber);
        var master = new CardFile
        {
            FileId = CardFile.MasterFileId,
            Kind = FileKind.Df,
            Descriptor = [0x38],
            Rules = blueprint.MasterFileRules,
            LifeCycleStatus = LifeCycle.Initialisation,
        };
        var content = BerTlv.Encode(0x5A, [.. "PMFS"u8, .. serial]);
        master.Add(new()
        {
            FileId = GlobalDataObjectsFileId,
            Kind = FileKind.Transparent,
            Descriptor = [0x01],
            ShortFileId = 2,
            Rules = [0x03, 0xFF, 0x00],
            LifeCycleStatus = LifeCycle.Activated,
            Size = content.Length,
            Content = content,
        });
        return new()
        {
            Product = blueprint.Product,
            Atr = blueprint.Atr,
            SerialNumber = Convert.ToHexString(serial),
            Transmission = blueprint.Transmission,
            EepromBytes = blueprint.EepromBytes,
            MaxCommandData = blueprint.MaxCommandData,
            MaxResponseData = blueprint.MaxResponseData,
            RecordsExistAtCreation = blueprint.RecordsExistAtCreation,
            Passwords = [.. blueprint.Passwords.SelectMany(p => Passwords(p, blueprint.TransportPassword))],
            MasterFile = master,
        };
    }

    static IEnumerable<PasswordState> Passwords(PasswordBlueprint password, byte[] transport)
    {
        yield return new()
        {
            Reference = password.Number,
            TryLimit = password.TryLimit,
            TriesLeft = password.TryLimit,
            MinLength = password.MinLength,
            MaxLength = password.MaxLength,
            Value = password.Number == 1 ? [.. transport] : null,
        };
        if (password.HasResettingCode)
        {
            yield return new()
            {
                Reference = (byte)(PasswordCodes.ResettingCode + password.Number),
                TryLimit = password.ResettingTryLimit,
                TriesLeft = password.ResettingTryLimit,
                MinLength = password.ResettingCodeLength,
                MaxLength = password.ResettingCodeLength,
            };
        }
    }
}

/// <summary>References of passwords on this card.</summary>
static class PasswordCodes
{
    /// <summary>The password that opens a blank card, and the holder's afterwards.</summary>
    public const byte First = 1;

    /// <summary>Added to a password's reference: the reference of its resetting code.</summary>
    public const byte ResettingCode = 0x10;
}
