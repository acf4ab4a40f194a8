using PersoMesh.Emv;
using PersoMesh.Keys;
using PersoMesh.Perso.Keys;
using PersoMesh.Perso.Preparing;
using PersoMesh.Pkcs11;
using PersoMesh.PreparedJobs;
using PersoMesh.PrivateServers;
using PersoMesh.Profiles;

namespace PersoMesh.Perso.Bench.Preparing;

/// <summary>An issuer for measurements: a SoftHSM token of its own with demonstration keys, and a test authority.</summary>
sealed class BenchIssuer : IDisposable
{
    const string IssuerKey = "ISSUER-EMV-DDA";
    const int IssuerBits = 1280;
    const int PlainBits = 2048;

    static readonly KekReference Kek = new("KEK-BENCH", 1);

    readonly IssuerCertificate _certificate;

    public BenchIssuer(string folder, int threads)
    {
        Threads = threads;
        var hsm = PrivateSoftHsm.Create(Path.Combine(folder, "softhsm"), DemoKeyFile.Read(InstallFolder.DemoKeys));
        var options = new Pkcs11Options
        {
            LibraryPath = hsm.LibraryPath,
            TokenLabel = hsm.TokenLabel,
            PinFile = hsm.PinFile,
            MaxSessions = PreparationPlan.Sessions(threads, threads),
        };
        using (var administration = Pkcs11KeyAdministration.Open(options))
        {
            foreach (var (label, kind) in new[] { (Kek.Label, "kek"), (KeyPairStore.KeyLabel, "pool") })
                administration.Generate(label, KeyAlgorithm.Aes, KeyKind.Of(kind).Length, KeyKind.Of(kind).Uses);
            administration.GenerateRsa(IssuerKey, IssuerBits, 3);
        }

        Module = Pkcs11SecurityModule.Open(options);
        using var session = Module.OpenSession();
        var request = IssuerKeys.Request(session, IssuerKey, "99900099", new ExpiryMonth(2049, 12), number: 1, service: 1);
        _certificate = IssuerKeyRequest.TryOpen(request.Encoded.Span, out var received, out var failure)
            ? TestAuthority.Open(Path.Combine(folder, "authority.pem")).Certify(received, serialNumber: 1)
            : throw new InvalidOperationException(failure.Reason);
    }

    public ISecurityModule Module { get; }

    public int Threads { get; }

    /// <summary>A payment card with RSA-1152, as shipped.</summary>
    public static CardProfile Certified => ProfileLibrary.Load(InstallFolder.Profiles).Get("emv-dda");

    /// <summary>The same card with RSA-2048, which EMV does not certify: the key pair goes onto the card without a certificate.</summary>
    public static CardProfile Plain
    {
        get
        {
            var profile = Certified;
            var (debit, others) = (profile.Chip!.Applications[0], profile.Chip.Applications.Skip(1));
            DgiId[] forCertificates = [new(0x0102), new(0x0103), new(0x0104)];
            var data = debit.Data.Where(grouping => !forCertificates.Contains(grouping.Dgi)).Select(Longer);
            var application = debit with { KeyPair = new CardKeyPair(PlainBits, 65537, Certification: null), Data = [.. data] };
            return profile with { Chip = profile.Chip with { Applications = [application, .. others] } };
        }
    }

    /// <summary>Prepares the cards of a file.</summary>
    public async Task<long> PrepareAsync(CardProfile profile, string cards, string output, KeyPairStore? pool, CancellationToken cancellationToken)
    {
        var pass = PreparationPass.First(profile);
        var certificates = new Dictionary<string, IssuerCertificate>(StringComparer.Ordinal) { [IssuerKey] = _certificate };
        var plan = new PreparationPlan(pass, Module, pass.Begin("BENCH", Kek), certificates, "csv") { Threads = Threads, KeyThreads = Threads, Pool = pool };
        await using var input = File.OpenRead(cards);
        await using var target = File.Create(output);
        var outcome = await new PreparationRun(plan).RunAsync(input, target, cancellationToken);
        return outcome.Refusals.Count == 0
            ? outcome.Prepared
            : throw new InvalidOperationException($"A made-up card was refused: {outcome.Refusals[0].Reason}");
    }

    public void Dispose() => Module.Dispose();

    static DataGrouping Longer(DataGrouping grouping) => grouping is SecretGrouping { Parts: [CardKeyPart part] }
        ? new SecretGrouping(grouping.Dgi, [new CardKeyPart(part.Where, part.Component, PlainBits / 16)])
        : grouping;
}
