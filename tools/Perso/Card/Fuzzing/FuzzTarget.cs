using PersoMesh.Emv;
using PersoMesh.GlobalPlatform;
using PersoMesh.SmartCard;
using PersoMesh.SmartCard.AnswerToReset;
using PersoMesh.SmartCard.DataGrouping;
using PersoMesh.SmartCard.FileSystem;
using PersoMesh.SmartCard.Tlv;

namespace PersoMesh.Perso.Card.Fuzzing;

/// <summary>A parser, and well-formed data to begin from.</summary>
/// <param name="Name">What it is called in the result.</param>
/// <param name="Samples">Well-formed data.</param>
/// <param name="Parse">Parses, and looks at what came out; may throw <see cref="CardDataException"/> and nothing else.</param>
sealed record FuzzTarget(string Name, IReadOnlyList<byte[]> Samples, Action<ReadOnlyMemory<byte>> Parse)
{
    /// <summary>The parsers of everything that comes from a card, a file or an issuer.</summary>
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("TLV", FuzzSamples.Tlv, data => { TlvNode.Parse(data); }),
        new("TLV, padded", FuzzSamples.Tlv, data => { TlvNode.Parse(data, TlvPadding.SkipZeros); }),
        new("command APDU", FuzzSamples.Commands, data => CommandApdu.Parse(data).ToArray()),
        new("response APDU", FuzzSamples.Responses, data => ResponseApdu.Parse(data).ToArray()),
        new("DGI", FuzzSamples.Groupings, data => { Dgi.Parse(data); }),
        new("ATR", FuzzSamples.Atrs, data => AtrView.From(Atr.Parse(data.Span))),
        new("FCP", FuzzSamples.FileControls, data => FileControlParameters.Parse(data).ToArray()),
        new("record", FuzzSamples.Records, ReadRecords),
        new("IC module", FuzzSamples.IcModules, ReadIcModule),
        new("CAP file", FuzzSamples.CapFiles, ReadCap),
        new("INITIALIZE UPDATE", FuzzSamples.InitializeUpdates, data => InitializeUpdateResponse.Parse(data.Span)),
        new("key information", FuzzSamples.KeyInformation, data => KeyInformation.Parse(data.Span)),
        new("GET STATUS", FuzzSamples.Registry, data => GetStatus.Parse(data.Span)),
        new("card data", FuzzSamples.CardData, data => CardRecognitionData.Parse(data.Span)),
        new("CPLC", FuzzSamples.LifeCycleData, data => ProductionLifeCycle.Parse(data.Span)),
        new("AFL", FuzzSamples.Locators, data => ApplicationFileLocator.Parse(data.Span)),
        new("DOL", FuzzSamples.ObjectLists, data => DataObjectList.Parse(data.Span)),
    ];

    static void ReadRecords(ReadOnlyMemory<byte> data)
    {
        using var stream = new MemoryStream(data.ToArray(), writable: false);
        var reader = new PersonalizationRecordReader(stream, PersonalizationRecordFormat.Default);
        while (reader.ReadAsync().AsTask().GetAwaiter().GetResult() is not null)
        {
        }
    }

    static void ReadIcModule(ReadOnlyMemory<byte> data)
    {
        foreach (var application in IcModuleFormat.Default.Parse(data).Applications)
            application.ReadGroupings();
    }

    static void ReadCap(ReadOnlyMemory<byte> data)
    {
        using var stream = new MemoryStream(data.ToArray(), writable: false);
        CapFile.Read(stream);
    }
}
