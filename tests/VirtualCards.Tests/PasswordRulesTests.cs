using System.Text;
using PersoMesh.VirtualCards.Layout;

namespace PersoMesh.VirtualCards.Tests;

public class PasswordRulesTests
{
    [Theory]
    [InlineData("123", PasswordFault.TooShort)]
    [InlineData("729401538", PasswordFault.TooLong)]
    [InlineData("72A4", PasswordFault.NotDigits)]
    [InlineData("7294", null)]
    [InlineData("0000", PasswordFault.Trivial)]
    [InlineData("1234", PasswordFault.Trivial)]
    [InlineData("4321", PasswordFault.Trivial)]
    [InlineData("8901", PasswordFault.Trivial)]
    [InlineData("1098", PasswordFault.Trivial)]
    [InlineData("2468", PasswordFault.Trivial)]
    [InlineData("9753", PasswordFault.Trivial)]
    [InlineData("1212", PasswordFault.Trivial)]
    [InlineData("123123", PasswordFault.Trivial)]
    [InlineData("12341234", PasswordFault.Trivial)]
    [InlineData("12312", null)]
    [InlineData("1235", null)]
    [InlineData("123456789", PasswordFault.TooLong)]
    public void Values_are_checked(string digits, PasswordFault? fault) =>
        Assert.Equal(fault, new PasswordRules().Check(Encoding.ASCII.GetBytes(digits)));

    [Fact]
    public void An_issuer_may_allow_anything() =>
        Assert.Null(new PasswordRules { RefuseTrivial = false }.Check("0000"u8));

    // Of 10,000 values of four digits, 100 have one step and 100 repeat a pair; 20 do both (0000 to 9999, 0505 and its like).
    [Fact]
    public void Of_four_digits_180_are_trivial()
    {
        var all = Enumerable.Range(0, 10_000).Select(i => Encoding.ASCII.GetBytes($"{i:D4}"));
        Assert.Equal(180, all.Count(digits => new PasswordRules().Check(digits) is not null));
    }

    [Fact]
    public void Generated_values_follow_the_rules()
    {
        var rules = new PasswordRules(4, 12) { GeneratedLength = 6 };
        for (var i = 0; i < 2000; i++)
        {
            var digits = rules.Generate(Some.Random);
            Assert.Equal(6, digits.Length);
            Assert.Null(rules.Check(digits));
        }
    }

    // Bytes from 250 on are thrown away: taken modulo ten they would make 0 to 5 more frequent.
    [Fact]
    public void All_digits_are_equally_likely()
    {
        var next = 0;
        var digits = new PasswordRules(4, 4) { RefuseTrivial = false };
        Dictionary<char, int> counts = [];
        for (var i = 0; i < 250; i++)
        {
            foreach (var digit in Encoding.ASCII.GetString(digits.Generate(output => output[0] = (byte)next++)))
                counts[digit] = counts.GetValueOrDefault(digit) + 1;
        }

        Assert.Equal(Enumerable.Repeat(100, 10), counts.Values);
    }

    [Fact]
    public void Values_are_padded_as_the_card_stores_them()
    {
        Assert.Equal("37323934FFFFFFFF", Convert.ToHexString(new PasswordCoding().Encode("7294"u8)));
        Assert.Equal("373239340000", Convert.ToHexString(new PasswordCoding(6, 0).Encode("7294"u8)));
        Assert.Equal("37323934", Convert.ToHexString(new PasswordCoding(0).Encode("7294"u8)));
    }

    [Fact]
    public void A_chosen_password_follows_the_rules()
    {
        using var image = Some.Image();
        Assert.Equal(PasswordFault.Trivial, image.Password(1).Choose("1111"u8));
        Assert.Null(image.Password(1).Choose("7294"u8));
        Assert.Equal("7294"u8, image.Password(1).Value);
    }
}
