namespace PersoMesh.MagneticStripe.Tests;

public class TrackEncodingTests
{
    [Theory]
    [InlineData(1, 76)]
    [InlineData(2, 37)]
    [InlineData(3, 104)]
    public void A_track_holds_its_capacity_and_not_one_character_more(int track, int dataCharacters)
    {
        // ISO/IEC 7811-2: 79, 40 and 107 characters with sentinels and LRC.
        var full = TrackEncoding.Encode(track, new string('1', dataCharacters));
        Assert.Equal(dataCharacters + 2, full.Text.Length);

        var fault = Refused(track, new string('1', dataCharacters + 1));
        Assert.Null(fault.Position);
        Assert.Contains($"{dataCharacters + 4} characters", fault.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "B4000^DOE/JANE^2912", "%B4000^DOE/JANE^2912?")]
    [InlineData(2, "4000=2912", ";4000=2912?")]
    [InlineData(3, "014000=2912", ";014000=2912?")]
    public void Sentinels_may_be_given_or_left_out(int track, string bare, string framed)
    {
        var (fromBare, fromFramed) = (TrackEncoding.Encode(track, bare), TrackEncoding.Encode(track, framed));
        Assert.Equal(framed, fromBare.Text);
        Assert.Equal(framed, fromFramed.Text);
        Assert.Equal(fromBare.Bits, fromFramed.Bits.ToArray());
    }

    [Theory]
    [InlineData(1, "B4000^Doe", 9)]
    [InlineData(1, "%B4000^DOE&JANE?", 11)]
    [InlineData(1, "B4000^MÜLLER", 9)]
    [InlineData(1, "B40%0", 5)]
    [InlineData(2, "4000D2912", 6)]
    [InlineData(2, ";40?0?", 4)]
    [InlineData(3, "4000;2912", 6)]
    public void A_character_that_the_track_cannot_carry_is_refused_with_its_position(int track, string text, int position) =>
        Assert.Equal(position, Refused(track, text).Position);

    [Theory]
    [InlineData(1, "%B4000", 7)]
    [InlineData(2, ";", 2)]
    [InlineData(2, "4000?", 1)]
    [InlineData(3, "?", 1)]
    public void Half_a_frame_is_refused(int track, string text, int position) => Assert.Equal(position, Refused(track, text).Position);

    [Fact]
    public void A_fault_names_the_place_and_not_the_content()
    {
        var fault = Assert.Throws<TrackException>(() => TrackEncoding.Encode(2, "4000001234567899X2912"));
        Assert.Equal("track 2, position 18: not a character that the track can carry as data (ISO/IEC 7811-2)", fault.Message);
        Assert.DoesNotContain("4000", TrackEncoding.Encode(2, "4000001234567899=2912").ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public void A_card_has_three_tracks(int track)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => TrackEncoding.Encode(track, ""));
        Assert.Throws<ArgumentOutOfRangeException>(() => TrackDecoding.TryDecode(track, [], 0, out _, out _));
    }

    static TrackFault Refused(int track, string text)
    {
        Assert.False(TrackEncoding.TryEncode(track, text, out var encoded, out var fault));
        Assert.Null(encoded);
        Assert.Equal(track, fault.Track);
        return fault;
    }
}
