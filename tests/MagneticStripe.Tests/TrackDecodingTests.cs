using FsCheck;
using FsCheck.Fluent;

namespace PersoMesh.MagneticStripe.Tests;

public class TrackDecodingTests
{
    const string Sample = ";4000001234567899=29122010000000000?";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void What_is_encoded_is_read_back(int track)
    {
        var format = TrackFormat.Of(track);
        var texts = Gen.Elements(format.DataCharacters.ToCharArray()).ArrayOf().Select(c => new string(c));
        Prop.ForAll(texts.ToArbitrary(), data =>
        {
            data = data[..Math.Min(data.Length, format.MaxCharacters - 3)];
            var encoded = TrackEncoding.Encode(track, data);
            return TrackDecoding.TryDecode(track, encoded.Bits.Span, encoded.BitCount, out var text, out _) && text == encoded.Text
                && text[1..^1] == data;
        }).Check(Config.QuickThrowOnFailure);
    }

    [Fact]
    public void Every_single_wrong_bit_is_noticed()
    {
        var encoded = TrackEncoding.Encode(2, Sample);
        for (var i = 0; i < encoded.BitCount; i++)
            Assert.False(TryDecode(Flip(encoded.ToBitString(), i), out _), $"bit {i}");
    }

    [Fact]
    public void Two_wrong_bits_in_one_character_escape_parity_and_are_caught_by_the_LRC()
    {
        var bits = Flip(Flip(TrackEncoding.Encode(2, Sample).ToBitString(), 5 * 4), 5 * 4 + 1);
        Assert.False(TryDecode(bits, out var fault));
        Assert.Equal(37, fault?.Position);
        Assert.Contains("LRC", fault?.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_parity_fault_is_reported_at_its_character()
    {
        Assert.False(TryDecode(Flip(TrackEncoding.Encode(2, Sample).ToBitString(), 5 * 9 + 2), out var fault));
        Assert.Equal(10, fault?.Position);
        Assert.DoesNotContain("4000", fault!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Clocking_zeros_around_the_track_are_skipped()
    {
        Assert.True(TryDecode($"{new string('0', 61)}{TrackEncoding.Encode(2, Sample).ToBitString()}{new string('0', 23)}", out _));
    }

    [Theory]
    [InlineData("", 1, "end sentinel")]
    [InlineData("0000000000", 1, "end sentinel")]
    [InlineData("11010 10000", 3, "end sentinel")]
    [InlineData("11010 10000 11111", 4, "LRC")]
    [InlineData("11010 11111 00100 01", 4, "after the LRC")]
    [InlineData("10000 11111 01110", 1, "start sentinel")]
    public void Bits_that_are_no_track_are_refused(string bits, int position, string reason)
    {
        Assert.False(TryDecode(bits.Replace(" ", "", StringComparison.Ordinal), out var fault));
        Assert.Equal(position, fault?.Position);
        Assert.Contains(reason, fault?.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_track_longer_than_the_standard_allows_is_refused()
    {
        Assert.False(TryDecode("11010" + string.Concat(Enumerable.Repeat("10000", 60)) + "11111" + "00100", out var fault));
        Assert.Equal(41, fault?.Position);
    }

    [Fact]
    public void Arbitrary_bits_are_answered_and_never_throw() =>
        Prop.ForAll<byte[]>(bytes =>
        {
            for (var track = 1; track <= 3; track++)
            {
                var read = TrackDecoding.TryDecode(track, bytes, bytes.Length * 8, out var text, out var fault);
                if (read == (text is null) || read == (fault is not null))
                    return false;
            }

            return true;
        }).Check(Config.QuickThrowOnFailure);

    static string Flip(string bits, int at) => $"{bits[..at]}{(bits[at] == '0' ? '1' : '0')}{bits[(at + 1)..]}";

    static bool TryDecode(string bits, out TrackFault? fault)
    {
        var packed = new byte[(bits.Length + 7) / 8];
        for (var i = 0; i < bits.Length; i++)
            packed[i / 8] |= (byte)((bits[i] - '0') << (7 - i % 8));
        return TrackDecoding.TryDecode(2, packed, bits.Length, out _, out fault);
    }
}
