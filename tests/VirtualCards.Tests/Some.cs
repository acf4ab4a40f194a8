using System.Security.Cryptography;
using System.Text;
using PersoMesh.FileSystemCard;
using PersoMesh.Keys;
using PersoMesh.SmartCard;
using PersoMesh.VirtualCards.Agents;
using PersoMesh.VirtualCards.Layout;
using PersoMesh.VirtualCards.Sealing;

namespace PersoMesh.VirtualCards.Tests;

/// <summary>Layouts, images and cards for tests.</summary>
static class Some
{
    public const string Holder = "3F00/5000/5001";
    public const string Student = "3F00/5000/5002";
    public const string Doors = "3F00/5000/5003";
    public const string Courses = "3F00/5000/5004";
    public const string Purse = "3F00/5000/5005";
    public const string Key = "3F00/5000/5006";
    public const string Library = "3F00/5000/5100/5101";
    public const string CardId = "3F00/2F10";

    /// <summary>What the tests look for where it must not be.</summary>
    public const string Secret = "MARIE CURIE";

    static readonly AccessRequirement AfterPin = AccessRequirement.AfterPassword(1);

    public static RandomSource Random => RandomSources.OperatingSystem;

    public static byte[] Transport => Blueprints.DemoTransportPassword;

    public static Iso7816Agent Agent { get; } = new(new());

    /// <summary>A campus card: all structures, all areas, two passwords, nested DFs.</summary>
    public static CardLayout Layout() => new(
        new(0x3F00)
        {
            Files =
            [
                ElementaryFile.Transparent(0x2F10, 16) with { Area = ImageAreas.Identifier, Name = "EF.CardId" },
                new DedicatedFile(0x5000)
                {
                    Name = "DF.Campus",
                    DfName = Convert.FromHexString("F05045525343"),
                    Files =
                    [
                        ElementaryFile.Transparent(0x5001, 600) with
                        {
                            Area = ImageAreas.Private,
                            Fill = 0xFF,
                            Access = new(AfterPin, AccessRequirement.Never, AccessRequirement.Never),
                        },
                        ElementaryFile.Transparent(0x5002, 300) with { ShortFileId = 2 },
                        ElementaryFile.LinearFixed(0x5003, 20, 5) with
                        {
                            Access = new(AccessRequirement.Always, AfterPin, AccessRequirement.Never),
                        },
                        new DedicatedFile(0x5100)
                        {
                            Files =
                            [
                                ElementaryFile.Transparent(0x5101, 10) with
                                {
                                    Area = ImageAreas.Private,
                                    Access = new(AccessRequirement.AfterPassword(2), AfterPin, AccessRequirement.Never),
                                },
                            ],
                        },
                        ElementaryFile.LinearVariable(0x5004, 30, 8) with
                        {
                            Area = ImageAreas.Private, Size = 100, Access = new(AfterPin, AfterPin, AfterPin),
                        },
                        ElementaryFile.Cyclic(0x5005, 8, 4) with
                        {
                            Access = new(AccessRequirement.Always, AccessRequirement.Never, AfterPin),
                        },
                        ElementaryFile.Transparent(0x5006, 32) with { Area = ImageAreas.Keys, Access = EfAccess.None },
                    ],
                },
            ],
        },
        [
            new(1, new(4, 8)) { ResettingCode = new(8, 8) },
            new(2, new(6, 8)) { Name = "Library PIN" },
        ]);

    public static VirtualCard Image(CardLayout? layout = null)
    {
        var image = VirtualCard.Create(layout ?? Layout(), "campus@1", Random);
        image.Write(FilePath.Parse(Holder), Encoding.ASCII.GetBytes(Secret));
        image.Write(FilePath.Parse(Student), RandomNumberGenerator.GetBytes(299));
        image.WriteRecords(FilePath.Parse(Doors), [Bytes("01"), Bytes("0202"), RandomNumberGenerator.GetBytes(20)]);
        image.WriteRecords(FilePath.Parse(Courses), [Bytes("A1A2A3"), Bytes("B1"), RandomNumberGenerator.GetBytes(30)]);
        image.WriteRecords(FilePath.Parse(Purse), [Bytes("0101"), Bytes("0101"), Bytes("03")]);
        image.Write(FilePath.Parse(Key), RandomNumberGenerator.GetBytes(32));
        image.Write(FilePath.Parse(Library), Bytes("4C4942"));
        return image;
    }

    public static byte[] Bytes(string hex) => Convert.FromHexString(hex);

    public static SoftwareKey SecurityKey() => new(KeyAlgorithm.Aes, [.. Enumerable.Range(0, 32).Select(i => (byte)i)]);

    /// <summary>Sealed with as few iterations as are allowed: tests have no time.</summary>
    public static SealedVirtualCard Seal(VirtualCard image, byte[]? password = null)
    {
        using var key = SecurityKey();
        return SealedVirtualCard.Seal(image, password ?? ImagePassword.Generate(Random), key, "vsc-1", SealedVirtualCard.MinIterations);
    }

    public static SimulatedFileSystemCard BlankCard(Func<CardBlueprint, CardBlueprint>? change = null) =>
        new((change ?? (b => b))(Blueprints.Demo()), 1);

    public static CardScriptRunner Runner(SimulatedFileSystemCard card) => new(Channel(card));

    public static ICardChannel Channel(SimulatedFileSystemCard card)
    {
        var isT0 = card.Transmission == FileSystemCard.TransmissionProtocol.T0;
        return new GetResponseChannel(
            new SimulatedChannel(card), isT0 ? SmartCard.TransmissionProtocol.T0 : SmartCard.TransmissionProtocol.T1);
    }

    sealed class SimulatedChannel(SimulatedFileSystemCard card) : ICardChannel
    {
        public ValueTask<ResponseApdu> TransmitAsync(CommandApdu command, CancellationToken cancellationToken) =>
            ValueTask.FromResult(ResponseApdu.Parse(card.Transmit(command.ToArray())));
    }
}
