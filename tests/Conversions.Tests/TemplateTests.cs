namespace PersoMesh.Conversions.Tests;

public class TemplateTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("plain", "plain")]
    [InlineData("{last}/{first}", "DOE/JANE")]
    [InlineData("{{{last}}}", "{DOE}")]
    [InlineData("{{last}}", "{last}")]
    [InlineData("{first}{first}", "JANEJANE")]
    [InlineData("{a_1.b-c}", "x")]
    public void Placeholders_are_replaced(string template, string expected)
    {
        var values = new Dictionary<string, string> { ["last"] = "DOE", ["first"] = "JANE", ["a_1.b-c"] = "x" };
        Assert.Equal(expected, Template.Parse(template).Render(name => values[name]));
    }

    [Fact]
    public void Names_are_listed_once_in_order()
    {
        var template = Template.Parse("{b} {a} {b}");
        Assert.Equal(["b", "a"], template.Names);
        Assert.False(template.IsConstant);
        Assert.True(Template.Parse("{{no name}}").IsConstant);
        Assert.Equal("{b} {a} {b}", template.ToString());
    }

    [Fact]
    public void Braces_in_values_mean_nothing() => Assert.Equal("{b}", Template.Parse("{a}").Render(_ => "{b}"));

    [Theory]
    [InlineData("abc {name", 5)]
    [InlineData("{", 1)]
    [InlineData("abc }", 5)]
    [InlineData("{}", 2)]
    [InlineData("{a b}", 3)]
    [InlineData("{1}", 2)]
    [InlineData("{a{b}}", 3)]
    [InlineData("{ä}", 2)]
    public void A_malformed_template_is_refused_with_the_position(string template, int position) =>
        Assert.Equal(position, Assert.Throws<TemplateException>(() => Template.Parse(template)).Position);

    [Theory]
    [InlineData("pan", true)]
    [InlineData("_x9", true)]
    [InlineData("", false)]
    [InlineData("9x", false)]
    [InlineData("a b", false)]
    public void Names_are_told_from_other_text(string text, bool expected) => Assert.Equal(expected, Template.IsName(text));
}
