using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PersoMesh.Fixtures;
using PersoMesh.Postgres;
using PersoMesh.PostgresAudit;

namespace PersoMesh.AuditLog.Tests;

/// <summary>The audit log of a mesh with a database: noted in other people's transactions, chained afterwards.</summary>
public sealed class PostgresAuditTests(DatabaseServer server) : IClassFixture<DatabaseServer>, IAsyncLifetime, IDisposable
{
    static readonly CancellationToken None = CancellationToken.None;

    readonly TemporaryLog _keys = new();
    NpgsqlDataSource _database = null!;

    public async Task InitializeAsync()
    {
        _database = NpgsqlDataSource.Create(await server.CreateDatabaseAsync());
        await Migrator.ApplyAsync(_database, AuditSchema.Migrations, None);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _database.Dispose();
        _keys.Dispose();
    }

    [Fact]
    public async Task What_was_noted_becomes_a_chain_that_the_verifier_of_files_checks()
    {
        using var writer = Writer();
        await NoteAsync("a", "b");
        Assert.Equal(2, await writer.ChainAsync(None));
        await NoteAsync("c");
        Assert.Equal(1, await writer.ChainAsync(None));
        Assert.True(await writer.SealAsync(None));
        Assert.False(await writer.SealAsync(None));
        var found = Verify(await ReadAsync());
        Assert.Empty(found.Findings);
        Assert.Equal((5L, 1L, 0L), (found.Records, found.Seals, found.Unsealed));
        Assert.Equal(["a", "b", "c"], Subjects(await ReadAsync()));
    }

    [Fact]
    public async Task Any_text_comes_back_as_it_was_noted()
    {
        const string text = "line\nend \"quotes\" \\ ü 卡 \u0001";
        using var writer = Writer();
        await new PostgresAuditTrail(_database).NoteAsync(
            new AuditRecord(text, text, text) { Details = new Dictionary<string, string>(StringComparer.Ordinal) { [text] = text } }, None);
        await writer.ChainAsync(None);
        var lines = await ReadAsync();
        using var line = JsonDocument.Parse(lines[1]);
        Assert.Equal((text, text), (line.RootElement.GetProperty("actor").GetString(), line.RootElement.GetProperty("details").GetProperty(text).GetString()));
        Assert.True(Verify(lines).IsIntact);
    }

    [Fact]
    public async Task Two_writers_and_many_who_note_make_one_chain_that_has_each_record_once()
    {
        const int Each = 200;
        using var one = Writer();
        using var two = Writer();
        var noting = Task.WhenAll(Enumerable.Range(0, 8).Select(who => NoteAsync([.. Enumerable.Range(0, Each).Select(i => $"{who}/{i}")])));
        while (!noting.IsCompleted)
            await Task.WhenAll(one.ChainAsync(None), two.ChainAsync(None), two.SealAsync(None));
        await noting;
        await one.ChainAsync(None);
        var lines = await ReadAsync();
        Assert.Empty(Verify(lines).Findings);
        var subjects = Subjects(lines);
        Assert.Equal(8 * Each, subjects.Length);
        Assert.Equal(8 * Each, subjects.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task A_record_is_there_when_the_transaction_that_it_tells_of_is_and_not_otherwise()
    {
        using var writer = Writer();
        foreach (var isKept in new[] { true, false })
        {
            await using var connection = await _database.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await using var note = new NpgsqlCommand("INSERT INTO audit_event (actor, action, subject) VALUES ('x', 'y', $1)", connection);
            note.Parameters.AddWithValue(isKept ? "kept" : "rolled back");
            await note.ExecuteNonQueryAsync();
            // The second time round, the record that was kept.
            Assert.Equal(isKept ? 0 : 1, await writer.ChainAsync(None));
            if (isKept)
                await transaction.CommitAsync();
        }

        await writer.ChainAsync(None);
        Assert.Equal(["kept"], Subjects(await ReadAsync()));
    }

    [Fact]
    public async Task A_writer_that_dies_with_records_in_its_hands_leaves_them_to_the_next()
    {
        await NoteAsync("a", "b");
        await using (var connection = await _database.OpenConnectionAsync())
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await using var take = new NpgsqlCommand("DELETE FROM audit_event; SELECT pg_backend_pid()", connection);
            var process = (int)(await take.ExecuteScalarAsync())!;
            await using var kill = _database.CreateCommand("SELECT pg_terminate_backend($1, 10000)");
            kill.Parameters.AddWithValue(process);
            Assert.Equal(true, await kill.ExecuteScalarAsync());
        }

        using var writer = Writer();
        Assert.Equal(2, await writer.ChainAsync(None));
        Assert.Equal(["a", "b"], Subjects(await ReadAsync()));
    }

    [Theory]
    [InlineData("UPDATE audit_page SET lines = lines")]
    [InlineData("DELETE FROM audit_page")]
    [InlineData("TRUNCATE audit_page")]
    [InlineData("UPDATE audit_event SET actor = actor")]
    public async Task The_database_refuses_to_change_the_log(string statement)
    {
        using var writer = Writer();
        await NoteAsync("a");
        await writer.ChainAsync(None);
        await using var command = _database.CreateCommand(statement);
        Assert.Contains("append-only", (await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync())).MessageText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UPDATE audit_page SET lines = replace(lines, '\"actor\":\"anna\",\"action\":\"card.resolve\",\"subject\":\"c2\"', '\"actor\":\"bert\",\"action\":\"card.resolve\",\"subject\":\"c2\"')", AuditFault.Changed, 3)]
    [InlineData("UPDATE audit_page SET lines = regexp_replace(lines, '\\{\"n\":3,[^\\n]*\\n', '')", AuditFault.Removed, 3)]
    [InlineData("DELETE FROM audit_page WHERE first = 5", AuditFault.Removed, 5)]
    [InlineData("UPDATE audit_page SET first = 100 WHERE first = 5", AuditFault.Reordered, 5)]
    public async Task Who_gets_past_that_is_found_out_and_the_record_named(string statement, AuditFault fault, long number)
    {
        using var writer = Writer();
        foreach (var page in new[] { new[] { "c1", "c2", "c3" }, ["c4"], ["c5", "c6"] })
        {
            await NoteAsync(page);
            await writer.ChainAsync(None);
        }

        await writer.SealAsync(None);
        await using var tamper = _database.CreateCommand(
            $"ALTER TABLE audit_page DISABLE TRIGGER ALL; ALTER TABLE audit_page DROP CONSTRAINT audit_page_check; {statement}");
        await tamper.ExecuteNonQueryAsync();
        var finding = Assert.Single(Verify(await ReadAsync()).Findings);
        Assert.Equal((fault, number), (finding.Fault, finding.Number));
    }

    [Fact]
    public async Task Without_the_HSM_the_chain_goes_on_and_is_sealed_when_it_is_back()
    {
        var sealer = new Sealer(_keys) { IsAway = true };
        using var writer = Writer(sealer);
        await NoteAsync("a");
        await writer.ChainAsync(None);
        Assert.False(await writer.SealAsync(None));
        await NoteAsync("b");
        await writer.ChainAsync(None);
        sealer.IsAway = false;
        Assert.True(await writer.SealAsync(None));
        var found = Verify(await ReadAsync());
        Assert.Equal((true, 1L, 0L), (found.IsIntact, found.SealsChecked, found.Unsealed));
    }

    AuditChainWriter Writer(IAuditSealer? sealer = null) =>
        new(_database, sealer ?? new Sealer(_keys), TimeProvider.System, NullLogger<AuditChainWriter>.Instance);

    async Task NoteAsync(params string[] subjects)
    {
        var trail = new PostgresAuditTrail(_database);
        foreach (var subject in subjects)
            await trail.NoteAsync(new AuditRecord("anna", "card.resolve", subject), None);
    }

    async Task<string[]> ReadAsync()
    {
        using var log = new MemoryStream();
        await new PostgresAuditTrail(_database).ExportAsync(log, None);
        return System.Text.Encoding.UTF8.GetString(log.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    AuditVerification Verify(string[] lines) =>
        AuditVerifier.Verify(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n")))), _keys.Signer);

    static string[] Subjects(string[] lines) => [.. lines.Select(line => JsonDocument.Parse(line).RootElement)
        .Where(record => !record.GetProperty("action").GetString()!.StartsWith("audit.", StringComparison.Ordinal))
        .Select(record => record.GetProperty("subject").GetString()!)];

    sealed class Sealer(TemporaryLog keys) : IAuditSealer
    {
        public bool IsAway { get; set; }

        public Task<AuditSignature?> SignAsync(long number, ReadOnlyMemory<byte> previous, CancellationToken cancellationToken) => Task.FromResult(
            IsAway ? null : new AuditSignature(keys.Signer.Algorithm, keys.Signer.Key, keys.Signer.Sign(AuditSeal.Message(number, previous.Span))));
    }
}
