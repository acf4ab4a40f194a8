using System.Reflection;

namespace PersoMesh.SmartCard.Tests;

public class StatusWordsTests
{
    [Theory]
    [InlineData(0x9000, "success")]
    [InlineData(0x6110, "success, 16 bytes of response data to be fetched")]
    [InlineData(0x6100, "success, 256 or more bytes of response data to be fetched")]
    [InlineData(0x63C0, "verification failed, 0 tries left")]
    [InlineData(0x63C3, "verification failed, 3 tries left")]
    [InlineData(0x6C1C, "wrong Le, 28 bytes are available")]
    [InlineData(0x6C00, "wrong Le, 256 bytes are available")]
    [InlineData(0x6A82, "file or application not found")]
    [InlineData(0x6A99, "wrong parameters P1-P2")]
    [InlineData(0x6283, "selected file is deactivated")]
    [InlineData(0x9484, "defined by the application")]
    [InlineData(0x0000, "not a status word of ISO/IEC 7816")]
    public void A_status_word_is_described(int statusWord, string meaning) =>
        Assert.Equal(meaning, StatusWords.Describe((ushort)statusWord));

    [Fact]
    public void Every_value_has_a_description()
    {
        for (var statusWord = 0; statusWord <= 0xFFFF; statusWord++)
            Assert.NotEmpty(StatusWords.Describe((ushort)statusWord));
    }

    [Fact]
    public void Every_named_value_has_a_description_of_its_own()
    {
        var constants = typeof(StatusWords).GetFields(BindingFlags.Public | BindingFlags.Static);
        var named = constants.Select(field => (ushort)field.GetRawConstantValue()!).ToList();
        Assert.Equal(named.Count, named.Select(StatusWords.Describe).Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [InlineData(0x63C0, true, 0)]
    [InlineData(0x63CF, true, 15)]
    [InlineData(0x6300, false, 0)]
    [InlineData(0x62C3, false, 0)]
    public void The_counter_of_63Cx_is_read(int statusWord, bool isCounter, int tries)
    {
        Assert.Equal(isCounter, StatusWords.TryGetRemainingTries((ushort)statusWord, out var left));
        Assert.Equal(tries, left);
    }

    [Theory]
    [InlineData(0x9000, false, false)]
    [InlineData(0x6110, false, false)]
    [InlineData(0x6281, true, false)]
    [InlineData(0x63C1, true, false)]
    [InlineData(0x6400, false, true)]
    [InlineData(0x6F00, false, true)]
    public void Warnings_and_errors_are_told_apart(int statusWord, bool isWarning, bool isError) =>
        Assert.Equal((isWarning, isError), (StatusWords.IsWarning((ushort)statusWord), StatusWords.IsError((ushort)statusWord)));
}
