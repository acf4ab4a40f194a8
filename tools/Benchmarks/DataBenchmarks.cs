using BenchmarkDotNet.Attributes;
using PersoMesh.Emv;
using PersoMesh.SmartCard.Tlv;

namespace PersoMesh.Benchmarks;

/// <summary>Parsing of what cards and issuers send.</summary>
public class DataBenchmarks
{
    // Record 2 of SFI 2 of mrautio/emv-card-simulator: 227 bytes, a template with 4 data objects. GET DATA 0066 of a card: nested three deep.
    readonly byte[] _record = Vectors.Read()["record-2-2"];
    readonly byte[] _cardData = Convert.FromHexString(
        "664C734A06072A864886FC6B01600C060A2A864886FC6B02020101630906072A864886FC6B03640B06092A864886FC6B040215650B06092B8510864864020103660C060A2B060104012A026E0102");

    readonly byte[] _personalizationRecord = FirstRecord();

    [Benchmark(Description = "TLV read, EMV record of 227 bytes")]
    public int ReadRecord() => Walk(new TlvReader(_record));

    [Benchmark(Description = "TLV read, card data of 78 bytes, 13 data objects")]
    public int ReadCardData() => Walk(new TlvReader(_cardData));

    [Benchmark(Description = "TLV tree, card data of 78 bytes, 13 data objects")]
    public object ParseCardData() => TlvNode.Parse(_cardData);

    [Benchmark(Description = "personalization record parse, 2 modules, 8 DGIs")]
    public int ParseRecord()
    {
        var record = PersonalizationRecordFormat.Default.Parse(_personalizationRecord);
        var application = IcModuleFormat.Default.Parse(record.Find("IC")!.Data).Applications[0];
        return application.ReadGroupings().Count;
    }

    static int Walk(TlvReader reader)
    {
        var objects = 0;
        while (reader.Read(out var element))
            objects += 1 + (element.Tag.IsConstructed ? Walk(element.OpenValue()) : 0);
        return objects;
    }

    static byte[] FirstRecord()
    {
        using var reader = new StreamReader(typeof(DataBenchmarks).Assembly.GetManifestResourceStream("two-cards.hex")!);
        var bytes = Convert.FromHexString(reader.ReadToEnd().ReplaceLineEndings(""));
        return bytes[4..(4 + ((bytes[2] << 8) | bytes[3]))];
    }
}
