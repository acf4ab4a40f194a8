using System.Text;

namespace PersoMesh.Profiles.Tests;

public sealed class ProfileLibraryTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("profiles");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_name_is_the_newest_version_and_a_version_can_be_named()
    {
        Write("a.yaml", "sample", 10);
        Write("b.yaml", "sample", 9);
        Write("c.yaml", "other", 1);
        var library = ProfileLibrary.Load(_folder.FullName);
        Assert.Empty(library.Faults);
        Assert.Equal("sample@10", library.Get("sample").Reference);
        Assert.Equal("sample@9", library.Get("sample@9").Reference);
        Assert.Equal(["other@1", "sample@9", "sample@10"], library.All.Select(p => p.Reference));
    }

    [Theory]
    [InlineData("sampel", "no profile 'sampel'; did you mean 'sample'? the profiles are other@1, sample@1")]
    [InlineData("badge", "no profile 'badge'; the profiles are other@1, sample@1")]
    [InlineData("sample@2", "no version '2' of profile 'sample'; there is 1")]
    [InlineData("sample@new", "no version 'new' of profile 'sample'; there is 1")]
    public void An_unknown_profile_is_an_error_that_helps(string reference, string expected)
    {
        Write("a.yaml", "sample", 1);
        Write("b.yaml", "other", 1);
        Assert.Equal(expected, Assert.Throws<UnknownProfileException>(() => ProfileLibrary.Load(_folder.FullName).Get(reference)).Message);
    }

    [Fact]
    public void An_empty_folder_has_none() => Assert.Equal(
        "no profile 'sample'; there are none",
        Assert.Throws<UnknownProfileException>(() => ProfileLibrary.Load(_folder.FullName).Get("sample")).Message);

    [Fact]
    public void A_faulty_file_is_left_out_and_the_others_serve()
    {
        Write("a.yaml", "sample", 1);
        Write("b.yaml", "other", 0);
        File.WriteAllBytes(PathOf("c.yaml"), Encoding.Latin1.GetBytes("title: Prüfkarte"));
        File.WriteAllText(PathOf("notes.txt"), "not a profile");
        var library = ProfileLibrary.Load(_folder.FullName);
        Assert.Equal(
            [
                $"{PathOf("b.yaml")}:2:10: 'version' is '0'; write a whole number from 1 to 999999",
                $"{PathOf("c.yaml")}:1:1: the file is not UTF-8; save it as UTF-8",
            ],
            library.Faults.Select(f => f.ToString()));
        Assert.Equal("sample@1", library.Get("sample").Reference);
        Assert.Equal($"no profile 'other'; the profiles are sample@1; left out for their faults: {PathOf("b.yaml")}, {PathOf("c.yaml")}",
            Assert.Throws<UnknownProfileException>(() => library.Get("other")).Message);
    }

    [Fact]
    public void Two_files_cannot_be_the_same_profile()
    {
        Write("a.yaml", "sample", 1);
        Write("b.yaml", "sample", 1);
        Assert.Equal([$"{PathOf("b.yaml")}:1:1: a second profile sample@1; raise its version, or remove one of the files"],
            ProfileLibrary.Load(_folder.FullName).Faults.Select(f => f.ToString()));
    }

    [Fact]
    public void The_exception_for_a_faulty_profile_lists_all_faults()
    {
        var reading = ProfileLibrary.Read("p.yaml", SoundProfile.Yaml.Replace("version: 1\n", "version: x\n", StringComparison.Ordinal)
            .Replace("row: 3", "row: 9", StringComparison.Ordinal));
        var error = Assert.Throws<InvalidProfileException>(reading.Require);
        Assert.Equal(string.Join(Environment.NewLine, reading.Faults), error.Message);
        Assert.Equal(2, error.Faults.Count);
    }

    void Write(string file, string name, int version) => File.WriteAllText(PathOf(file), SoundProfile.Yaml
        .Replace("profile: sample", $"profile: {name}", StringComparison.Ordinal)
        .Replace("version: 1\n", $"version: {version}\n", StringComparison.Ordinal));

    string PathOf(string file) => Path.Combine(_folder.FullName, file);
}
