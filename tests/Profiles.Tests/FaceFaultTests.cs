namespace PersoMesh.Profiles.Tests;

/// <summary>Each rule with the exact words that an author gets; the lines are those of <see cref="SoundProfile"/>.</summary>
public class FaceFaultTests
{
    [Theory]
    [InlineData("  track2: \";{digits}=29122010000?\"\n", "  track4: x\n",
        "p.yaml:58:3: unknown key 'track4' in 'magneticStripe'; the keys are track1, track2, track3, coercivity",
        "p.yaml:58:3: 'magneticStripe' has no track; give at least one of track1, track2, track3, or remove it")]
    [InlineData("track2: \";{digits}=29122010000?\"", "track2: \";{digits}=29122010000?\"\n  coercivity: hico",
        "p.yaml:59:15: 'coercivity' is 'hico'; choose from high, low")]
    public void The_stripe_has_tracks_1_to_3(string find, string replacement, params string[] expected) =>
        Assert.Equal(expected, SoundProfile.FaultsWith(find, replacement));

    [Theory]
    [InlineData("{ text: \"{holder}\", row: 3 }", "{ text: \"{holder}\", row: 6 }",
        "p.yaml:62:32: 'row' is '6'; write a whole number from 1 to 5")]
    [InlineData("{ text: \"{holder}\", row: 3 }", "{ text: \"{holder}\", row: 3, column: 28 }",
        "p.yaml:62:43: 'column' is '28'; write a whole number from 1 to 27")]
    [InlineData("{ text: \"{holder}\", row: 3 }", "{ text: \"{holder}\", row: 3, font: ocr-a }",
        "p.yaml:62:41: 'font' is 'ocr-a'; choose from farrington-7b, ocr-b, 10-pitch")]
    [InlineData("{ text: \"{holder}\", row: 3 }", "{ text: \"{holder}\", row: 1 }",
        "p.yaml:62:7: a second text at row 1, column 1; give it a place of its own")]
    public void Embossed_lines_have_their_places(string find, string replacement, params string[] expected) =>
        Assert.Equal(expected, SoundProfile.FaultsWith(find, replacement));

    [Theory]
    [InlineData("design: midnight", "design: Midnight",
        "p.yaml:64:11: 'design' is 'Midnight'; write small letters, digits and hyphens, at most 64, a letter first")]
    [InlineData("x: 6.0", "x: 86",
        "p.yaml:66:24: 'x' is '86'; write millimetres from 0 to 85.60, with a point and at most two decimals")]
    [InlineData("x: 6.0", "x: 6,0",
        "p.yaml:66:26: unknown key '0' in a printed text; the keys are text, x, y, size, weight, align, tone, show")]
    [InlineData("x: 6.0", "x: 6 mm",
        "p.yaml:66:24: 'x' is '6 mm'; write millimetres from 0 to 85.60, with a point and at most two decimals")]
    [InlineData("size: 5.0", "size: 5.0, align: center",
        "p.yaml:66:55: 'align' is 'center'; choose from start, middle, end")]
    [InlineData("size: 5.0", "size: 5.0, weight: bold",
        "p.yaml:66:56: 'weight' is 'bold'; write a whole number from 100 to 900")]
    public void Prints_are_on_the_card(string find, string replacement, params string[] expected) =>
        Assert.Equal(expected, SoundProfile.FaultsWith(find, replacement));

    [Theory]
    [InlineData("design: midnight", "design: midnight\n  photo: { field: holder, x: 70, y: 10, width: 20, height: 30 }",
        "p.yaml:65:10: the photo reaches beyond the edge of the card; keep it within 85.60 by 53.98 mm",
        "p.yaml:65:19: 'holder' is a computed field; name the input that holds the picture")]
    [InlineData("design: midnight", "design: midnight\n  photo: { field: picture, x: 60, y: 10, width: 20, height: 30 }",
        "p.yaml:65:19: unknown name 'picture' in 'photo'; the names known here are cardId, pan, name, pinBlock, digits, holder")]
    public void A_photo_is_an_input_and_on_the_card(string find, string replacement, params string[] expected) =>
        Assert.Equal(expected, SoundProfile.FaultsWith(find, replacement));
}
