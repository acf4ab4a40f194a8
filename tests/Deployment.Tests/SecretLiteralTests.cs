using System.Security.Cryptography;

namespace PersoMesh.Deployment.Tests;

public sealed class SecretLiteralTests
{
    // Maps with these names hold names of files or Secrets, or nothing of the kind.
    static readonly string[] NotSecrets = ["key", "topologyKey", "secret"];

    public static TheoryData<string> Files => [.. Repository.DeploymentFiles()];

    [Theory]
    [MemberData(nameof(Files))]
    public void No_file_has_a_literal_that_looks_like_a_secret(string file) => Assert.Empty(SecretLiterals.In(Repository.Read(file)));

    [Fact]
    public void The_check_finds_keys_and_passwords()
    {
        var key = RandomNumberGenerator.GetBytes(32);
        Assert.NotEmpty(SecretLiterals.In($"mesh.key: {Convert.ToHexString(key)}"));
        Assert.NotEmpty(SecretLiterals.In($"mesh.key: {Convert.ToHexString(key[..16])}"));
        Assert.NotEmpty(SecretLiterals.In("password: \"dGhpcyBpcyBubyByZWFsIHNlY3JldCAxMjM0NQ==\""));
        Assert.Empty(SecretLiterals.In("StationGateway__DemoKeyFile=/etc/persomesh/demo-keys/demo-keys.json app.kubernetes.io/component"));
    }

    [Theory]
    [MemberData(nameof(Manifests.Folders), MemberType = typeof(Manifests))]
    public void Manifests_name_files_of_secrets_never_secrets(string folder) => Assert.All(
        Manifests.Of(folder).Objects.SelectMany(item => Yaml.Scalars(item)).Where(entry => SecretLiterals.IsNameOfSecret(entry.Name)),
        entry => Assert.True(NotSecrets.Contains(entry.Name) || entry.Value is "PLACEHOLDER" or "", $"{entry.Name} has a value."));

    [Fact]
    public void Compose_names_files_of_secrets_never_secrets() => Assert.All(
        Compose.All.SelectMany(service => service.Environment),
        variable => Assert.False(SecretLiterals.IsNameOfSecret(variable.Key), variable.Key));

    [Fact]
    public void Secrets_are_placeholders() =>
        Assert.All(Manifests.Of("secrets").Objects, secret =>
        {
            Assert.Equal("Secret", secret.Text("kind"));
            Assert.Null(secret.At("data"));
            Assert.All(secret.Map("stringData").Values, value => Assert.True(value is "PLACEHOLDER" or ""));
        });

    [Fact]
    public void No_mesh_has_secrets_of_its_own() =>
        Assert.All(["simulated", "site"], folder => Assert.Empty(Manifests.Of(folder).OfKind("Secret")));

    [Fact]
    public void The_folder_of_real_secrets_is_kept_out_of_the_repository()
    {
        IEnumerable<string> rules = File.ReadLines(Repository.Path("deploy/secrets/.gitignore")).Where(line => !line.StartsWith('#'));
        Assert.Equal(["*", "!.gitignore"], rules);
    }
}
