using System.Text;
using PersoMesh.Pcsc.Native;

namespace PersoMesh.Pcsc.Tests.Native;

/// <summary>Names of readers in both spellings: UTF-8 of pcsc-lite and UTF-16 of WinSCard's W functions.</summary>
public sealed class NativeStringsTests
{
    public static TheoryData<bool> BothSystems => new(false, true);

    [Theory]
    [MemberData(nameof(BothSystems))]
    public void A_list_of_names_ends_with_an_empty_one(bool windows)
    {
        var (strings, encoding) = Of(windows);
        var bytes = encoding.GetBytes("Gemalto PC Twin 00 00\0Читатель Ā 01 00\0\0rest\0");
        Assert.Equal(["Gemalto PC Twin 00 00", "Читатель Ā 01 00"], strings.Split(bytes));
    }

    [Theory]
    [MemberData(nameof(BothSystems))]
    public void An_empty_list_and_one_that_breaks_off_are_read(bool windows)
    {
        var (strings, encoding) = Of(windows);
        Assert.Empty(strings.Split([]));
        Assert.Empty(strings.Split(encoding.GetBytes("\0\0")));
        Assert.Equal(["one", "tw"], strings.Split(encoding.GetBytes("one\0tw")));
    }

    [Theory]
    [MemberData(nameof(BothSystems))]
    public void A_name_that_is_sent_ends_with_a_zero(bool windows)
    {
        var (strings, encoding) = Of(windows);
        Assert.Equal(encoding.GetBytes("Reader Ā\0"), strings.Terminated("Reader Ā"));
        Assert.Equal(windows ? 2 : 1, strings.Unit);
    }

    static (NativeStrings Strings, Encoding Encoding) Of(bool windows) =>
        windows ? (NativeStrings.WinSCard, Encoding.Unicode) : (NativeStrings.PcscLite, Encoding.UTF8);
}
