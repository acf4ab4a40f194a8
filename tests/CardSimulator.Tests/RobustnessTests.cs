using FsCheck;
using FsCheck.Fluent;

namespace PersoMesh.CardSimulator.Tests;

/// <summary>Whatever comes over the wire, the card answers: an exception would kill the reader that holds it.</summary>
public class RobustnessTests
{
    // Without INITIALIZE UPDATE, which rightly ends the channel.
    static readonly byte[] Instructions = [0x20, 0x82, 0xA4, 0xA8, 0xB2, 0xC0, 0xCA, 0xD8, 0xE2, 0xE4, 0xE6, 0xE8, 0xF0, 0xF2];

    [Fact]
    public void Arbitrary_bytes_are_answered()
    {
        var card = Some.Emv().Personalized().Card;
        Prop.ForAll<byte[]>(command => card.Transmit(command).Length is >= 2 and <= 258).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Arbitrary_commands_in_an_open_channel_are_answered(int protocol)
    {
        var host = Some.Host(protocol).Open(0x03);
        host.Install();
        var commands =
            from ins in Gen.Elements(Instructions)
            from p1 in Gen.Elements<byte>(0x00, 0x02, 0x04, 0x0C, 0x10, 0x20, 0x40, 0x60, 0x80, 0x81, 0xE0)
            from p2 in Gen.Elements<byte>(0x00, 0x01, 0x02, 0x80, 0x81)
            from data in Gen.ArrayOf(Gen.Choose(0, 255).Select(i => (byte)i)).Resize(60)
            from personalize in Gen.Elements(true, false)
            select (Header: new byte[] { 0x80, ins, p1, p2 }, data, personalize);
        Prop.ForAll(commands.ToArbitrary(), c =>
        {
            // A terminated card would make the rest of the run say nothing; neither would a lost channel.
            if (c.Header is [_, 0xF0, 0x80, _])
                return true;
            if (c.personalize)
                host.Personalize();
            var response = host.Unwrap(host.Card.Transmit(host.Wrap(c.Header, c.data)));
            return response.Length >= 4 && host.Send("80CA006600").EndsWith("9000", StringComparison.Ordinal);
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Arbitrary_data_groupings_are_answered(int protocol)
    {
        var host = Some.Host(protocol).Open(0x01);
        host.Install();
        var groupings =
            from dgi in Gen.Elements(0x0101, 0x0B01, 0x1E00, 0x3000, 0x8000, 0x8010, 0x8201, 0x9000, 0x9010, 0x9102, 0x9104)
            from p1 in Gen.Elements(0x00, 0x20, 0x40, 0x60)
            from length in Gen.Elements(0, 1, 2, 3, 8, 9, 16, 32, 48, 64)
            from value in Gen.ArrayOf(Gen.Choose(0, 255).Select(i => (byte)i), length)
            select (dgi, p1, value);
        Prop.ForAll(groupings.ToArbitrary(), g =>
        {
            host.Personalize();
            var status = host.StoreData(TestHost.Dgi(g.dgi, Convert.ToHexString(g.value)), g.p1, last: false);
            return status.Length == 4 && status[0] is '9' or '6';
        }).QuickCheckThrowOnFailure();
    }

    // The way data is cut into commands is the host's affair: the card must end the same.
    [Fact]
    public void Any_cutting_of_the_data_gives_the_same_card()
    {
        var expected = Personalize([]);
        Prop.ForAll<PositiveInt[]>(sizes => Personalize([.. sizes.Select(s => s.Get)]) == expected).QuickCheckThrowOnFailure();
    }

    static string Personalize(int[] sizes)
    {
        var host = Some.Emv().Open(0x01);
        host.Install();
        host.Personalize();
        var rest = Hex.Bytes(Some.ClearData() + TestHost.Dgi(0x0B01, new string('B', 600)));
        var block = 0;
        foreach (var size in sizes.Select(s => Math.Min(s, 200)).Append(200).Append(200).Append(200))
        {
            if (rest.Length <= size)
                break;
            Assert.Equal("9000", host.StoreData(Convert.ToHexString(rest[..size]), last: false, firstBlock: (byte)block++));
            rest = rest[size..];
        }

        Assert.Equal("9000", host.StoreData(Convert.ToHexString(rest), firstBlock: (byte)block, size: 240));
        var reading = CardInspector.Read(host.Card)[Some.PaymentAid];
        return string.Join(' ', reading.Records.Select(r => $"{r.Key} {Convert.ToHexString(r.Value)}")
            .Concat(reading.DataObjects.Select(d => $"{d.Key:X} {Convert.ToHexString(d.Value)}")).Append(Convert.ToHexString(reading.Fci)));
    }
}
