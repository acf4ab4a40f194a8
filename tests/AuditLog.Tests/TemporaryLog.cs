using PersoMesh.Keys;

namespace PersoMesh.AuditLog.Tests;

/// <summary>A log in a folder of its own, signed by a key of a module in memory.</summary>
public sealed class TemporaryLog : IDisposable
{
    public const string KeyLabel = "AUDIT";

    readonly string _folder = Directory.CreateTempSubdirectory("persomesh-audit-").FullName;

    public TemporaryLog() => Module.AddKey(KeyLabel, KeyAlgorithm.Aes, "0123456789abcdef"u8);

    public SoftwareSecurityModule Module { get; } = new();

    public CmacAuditSigner Signer => new(Module, KeyLabel);

    public string Path => System.IO.Path.Combine(_folder, "audit.log");

    public string[] Lines
    {
        get => File.ReadAllLines(Path);
        set => File.WriteAllText(Path, string.Concat(value.Select(line => line + "\n")));
    }

    /// <summary>Writes records 2 to 11, with seals after each third record, and closes the log with one.</summary>
    public TemporaryLog WithRecords(int count = 10)
    {
        using var log = Open(3);
        for (var i = 1; i <= count; i++)
            log.Append("anna", "key.list", $"key {i}", ("number", $"{i}"));
        return this;
    }

    public AuditLogFile Open(int sealEvery = 1000, TimeProvider? clock = null) => AuditLogFile.Open(Path, new AuditLogOptions
    {
        Signer = Signer,
        SealEveryRecords = sealEvery,
        SealEvery = TimeSpan.FromSeconds(5),
        Clock = clock ?? TimeProvider.System,
    });

    public AuditVerification Verify(string? head = null)
    {
        using var log = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return AuditVerifier.Verify(log, Signer, head);
    }

    public void Dispose()
    {
        Module.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
