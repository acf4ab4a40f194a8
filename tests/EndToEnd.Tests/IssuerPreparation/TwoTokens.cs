using System.Diagnostics;
using PersoMesh.Emv;
using PersoMesh.EndToEnd.Tests.Support;
using PersoMesh.Fixtures;
using PersoMesh.Keys;
using PersoMesh.Perso.Demo;
using PersoMesh.Perso.Keys;
using PersoMesh.Perso.Preparing;
using PersoMesh.Perso.Samples;
using PersoMesh.Pkcs11;
using PersoMesh.PreparedJobs;
using PersoMesh.Profiles;

namespace PersoMesh.EndToEnd.Tests.IssuerPreparation;

/// <summary>
/// An issuer with its token and certification authority, and a bureau with a token that has the key encryption key, the supplier's master
/// key and its own storage keys, and nothing else.
/// </summary>
public sealed class TwoTokens : IDisposable
{
    public const string IssuerToken = "issuer";
    public const string BureauToken = "bureau";

    /// <summary>Another department of the issuer: it has the sealing key and a key of its own, but not the first's.</summary>
    public const string DepartmentToken = "department";
    public const string IssuerKey = "ISSUER-EMV-DDA";
    const int IssuerBits = 1280;

    static readonly string[] MasterKeys = ["IMK-AC", "IMK-SMI", "IMK-SMC", "ZPK", "PK-EMV", "CVK", "CVK-LEFT", "PVK"];
    static readonly string[] BureauKeys = ["KMC-EMV", "PERSOMESH-STORAGE-ENC", "PERSOMESH-STORAGE-MAC"];

    readonly SoftHsmFixture _hsm = SoftHsmFixture.WithTokens(IssuerToken, BureauToken, DepartmentToken);
    readonly string _folder = Directory.CreateTempSubdirectory("persomesh-issuer-").FullName;

    public TwoTokens()
    {
        foreach (var label in MasterKeys)
            _hsm.Import(label, KeyAlgorithm.TripleDes, DemoKeys.Get(label), IssuerToken);
        _hsm.Import(BureauKeys[0], KeyAlgorithm.TripleDes, DemoKeys.Get(BureauKeys[0]), BureauToken);
        foreach (var label in BureauKeys[1..])
            _hsm.Import(label, KeyAlgorithm.Aes, DemoKeys.Get(label), BureauToken);
        foreach (var token in new[] { IssuerToken, BureauToken })
            _hsm.Import(Kek.Label, KeyAlgorithm.Aes, KekValue, token);
        foreach (var token in new[] { IssuerToken, BureauToken, DepartmentToken })
            _hsm.Import(SealingKek.Label, KeyAlgorithm.Aes, [.. KekValue.Reverse()], token);
        foreach (var token in new[] { BureauToken, DepartmentToken })
            _hsm.Import(DepartmentKek.Label, KeyAlgorithm.Aes, [.. KekValue.Select(b => (byte)(b ^ 0x5A))], token);
        using (var administration = Pkcs11KeyAdministration.Open(_hsm.Options(IssuerToken)))
        {
            administration.GenerateRsa(IssuerKey, IssuerBits, 3);
            administration.Generate(KeyPairStore.KeyLabel, KeyAlgorithm.Aes, 32, KeyUses.Encrypt | KeyUses.Derive);
        }

        Module = Pkcs11SecurityModule.Open(_hsm.Options(IssuerToken, maxSessions: 8));
        Authority = TestAuthority.Open(Path.Combine(_folder, "authority.pem"));
        using var session = Module.OpenSession();
        var request = IssuerKeys.Request(session, IssuerKey, "99900099", new ExpiryMonth(2035, 12), number: 1, service: 1);
        Assert.True(IssuerKeyRequest.TryOpen(request.Encoded.Span, out var received, out _));
        Certificate = Authority.Certify(received, serialNumber: 7);
        IssuerKeys.Verify(session, IssuerKey, Certificate, [Authority.PublicKey]);
    }

    public static KekReference Kek { get; } = new("KEK-BUREAU", 3);

    public static KekReference SealingKek { get; } = new("KEK-SEAL", 1);

    public static KekReference DepartmentKek { get; } = new("KEK-DEPARTMENT", 1);

    public static byte[] KekValue { get; } = [.. Enumerable.Range(1, 32).Select(i => (byte)(i * 7))];

    internal TestAuthority Authority { get; }

    internal IssuerCertificate Certificate { get; }

    public ISecurityModule Module { get; }

    internal static CardProfile Profile { get; } = ProfileLibrary.Load(Perso.InstallFolder.Profiles).Get("emv-dda");

    /// <summary>Settings that give the mesh the bureau's token.</summary>
    public IReadOnlyList<string> BureauSettings =>
    [
        $"--Security:Pkcs11:Library={_hsm.LibraryPath}",
        $"--Security:Pkcs11:Token={BureauToken}",
        $"--Security:Pkcs11:PinFile={_hsm.PinFile}",
    ];

    internal HsmOptions BureauHsm => new(_hsm.LibraryPath, BureauToken, _hsm.PinFile, _hsm.ConfigurationPath);

    /// <summary>How to start <c>perso</c> as a process with the issuer's token.</summary>
    public ProcessStartInfo StartPerso(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", [
            Path.Combine(AppContext.BaseDirectory, "perso.dll"), .. arguments,
            "--hsm-library", _hsm.LibraryPath, "--hsm-token", IssuerToken, "--hsm-pin-file", _hsm.PinFile]);
        foreach (var (name, value) in _hsm.EnvironmentVariables)
            start.Environment[name] = value;
        return start;
    }

    public IReadOnlyList<string> LabelsOf(string token)
    {
        using var administration = Pkcs11KeyAdministration.Open(_hsm.Options(token));
        return [.. administration.List().Select(key => key.Label)];
    }

    public Pkcs11SecurityModule OpenBureau() => Pkcs11SecurityModule.Open(_hsm.Options(BureauToken));

    public Pkcs11SecurityModule OpenDepartment() => Pkcs11SecurityModule.Open(_hsm.Options(DepartmentToken, maxSessions: 8));

    /// <summary>Prepares made-up cards.</summary>
    /// <returns>The prepared file.</returns>
    internal async Task<byte[]> PrepareAsync(int cards, int seed)
    {
        using var input = new MemoryStream();
        SampleFile.Write(Profile, cards, seed, "csv", input);
        input.Position = 0;
        return await PrepareAsync(input, "csv", cards);
    }

    /// <summary>Prepares card objects.</summary>
    internal async Task<byte[]> PrepareAsync(Stream input, string format, int cards)
    {
        using var output = new MemoryStream();
        var pass = PreparationPass.First(Profile);
        var outcome = await new PreparationRun(Plan(pass, pass.Begin("DEMOBANK", Kek), format)).RunAsync(input, output, default);
        Assert.Empty(outcome.Refusals);
        Assert.Equal(cards, outcome.Prepared);
        return output.ToArray();
    }

    /// <summary>What a preparation with the issuer's token works with.</summary>
    internal PreparationPlan Plan(PreparationPass pass, PreparedHeader header, string format) =>
        new(pass, Module, header, new Dictionary<string, IssuerCertificate>(StringComparer.Ordinal) { [IssuerKey] = Certificate }, format);

    public void Dispose()
    {
        Module.Dispose();
        _hsm.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
