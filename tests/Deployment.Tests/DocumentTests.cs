using System.Text.RegularExpressions;

namespace PersoMesh.Deployment.Tests;

public sealed partial class DocumentTests
{
    static readonly string Page = Repository.Read("docs/deploying.md");

    [Fact]
    public void Settings_on_the_page_exist() =>
        Assert.All(SettingName().Matches(Page).Select(match => match.Value), name => Assert.Null(Settings.Fault(null, name, null)));

    [Fact]
    public void Files_and_folders_on_the_page_exist() => Assert.All(OwnPath().Matches(Page).Select(match => match.Value), path =>
    {
        if (Path.GetDirectoryName(path) == "deploy/secrets")
            Assert.Contains($"new {Path.GetFileName(path)}", Repository.Read("deploy/new-secrets.sh"), StringComparison.Ordinal);
        else
            Assert.True(Path.Exists(Repository.Path(path)), path);
    });

    [GeneratedRegex("[A-Z][A-Za-z]+(__[A-Za-z0-9]+)+", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SettingName();

    [GeneratedRegex(
        "(?<![A-Za-z0-9/.-])(deploy|k8s|samples|services|tests|profiles)/[A-Za-z0-9./-]*[A-Za-z0-9]",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex OwnPath();
}
