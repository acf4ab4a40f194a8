using PersoMesh.Profiles;

namespace PersoMesh.PreparedJobs.Tests;

/// <summary>Records in both layouts of their chip module: what is read is what was written, and what is not in order is refused.</summary>
public sealed class ChipLayoutTests
{
    static readonly byte[] Mac = [.. Enumerable.Range(0x60, 16).Select(i => (byte)i)];

    public static TheoryData<ChipLayout> Layouts => [ChipLayout.Own, ChipLayout.Cps];

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Every_kind_of_data_grouping_comes_back_with_its_bytes(ChipLayout layout)
    {
        SealedApplication[] written = [Application(0, Groupings()), Application(2, [new(new DgiId(0x9102), PreparedGroupingKind.Clear, 0, default)])];
        var record = Decode(layout, written);
        Assert.Equal("CARD-1", record.CardObjectId);
        Assert.Equal([0, 2], record.Applications.Select(application => application.Place));
        foreach (var (application, expected) in record.Applications.Zip(written))
        {
            Assert.Equal(expected.Content.ToArray(), application.Content.ToArray());
            Assert.Equal(Mac, application.Mac.ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Applications_that_are_not_in_the_headers_order_are_refused(ChipLayout layout) =>
        Assert.Throws<PreparedJobException>(() => Decode(layout, [Application(1, []), Application(0, [])]));

    [Fact]
    public void An_application_that_the_header_does_not_have_is_refused() => Assert.Throws<PreparedJobException>(
        () => PreparedRecord.Decode(Header(ChipLayout.Cps) with { Applications = [Progress(1)] }, 1, Encode(ChipLayout.Cps, [Application(0, [])])));

    [Fact]
    public void What_the_CPS_layout_cannot_say_is_refused_when_it_is_written()
    {
        PreparedGrouping grouping = new(new DgiId(0x9102), PreparedGroupingKind.Clear, 1, new byte[1]);
        Assert.Contains("comes twice", Refusal([grouping, grouping]), StringComparison.Ordinal);
        var large = Enumerable.Range(1, 3).Select(i => new PreparedGrouping(new DgiId((ushort)(0x0B00 + i)), PreparedGroupingKind.Clear, 0x7000, new byte[0x7000]));
        Assert.Contains("too long", Refusal([.. large]), StringComparison.Ordinal);
    }

    static string Refusal(PreparedGrouping[] groupings) =>
        Assert.Throws<PreparedJobException>(() => Encode(ChipLayout.Cps, [Application(0, groupings)])).Reason;

    static PreparedGrouping[] Groupings() =>
    [
        new(new DgiId(0x9000), PreparedGroupingKind.Clear, 9, Bytes(9)),
        new(new DgiId(0x8000), PreparedGroupingKind.Enciphered, 48, Bytes(16 + 64)),
        new(new DgiId(0x0101), PreparedGroupingKind.Personal, 300, Bytes(300 + CardholderCipher.Overhead)),
        new(new DgiId(0x8201), PreparedGroupingKind.UnderPersonalizationKey, 72, Bytes(72)),
        new(new DgiId(0x9102), PreparedGroupingKind.Personal, 0, Bytes(CardholderCipher.Overhead)),
    ];

    static byte[] Bytes(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i * 37 + length))];

    static SealedApplication Application(int place, PreparedGrouping[] groupings) =>
        new(place, new PreparedApplication(Aid(place), Name(place), Kek: 1, groupings).Encode(), Mac);

    static byte[] Encode(ChipLayout layout, SealedApplication[] applications) =>
        PreparedRecord.Encode(Header(layout), "CARD-1", new byte[40], applications, _ => Mac)[4..];

    static PreparedRecord Decode(ChipLayout layout, SealedApplication[] applications) =>
        PreparedRecord.Decode(Header(layout), number: 1, Encode(layout, applications));

    static PreparedHeader Header(ChipLayout layout) => new(new byte[16], "sample@1", "DEMOBANK", [new KekReference("KEK", 1), new KekReference("KEK", 2)], 1)
    {
        ChipLayout = layout,
        Applications = [Progress(0), Progress(1), Progress(2)],
    };

    static ApplicationProgress Progress(int place) => new(Name(place), Aid(place), Records: 1);

    static string Name(int place) => $"application-{place}";

    static byte[] Aid(int place) => [0xF0, 0, 0, 0, 0, (byte)place];
}
