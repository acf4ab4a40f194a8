using System.CommandLine;
using PersoMesh.GlobalPlatform;
using PersoMesh.Keys;
using PersoMesh.Perso.Commands;

namespace PersoMesh.Perso.Card;

/// <summary><c>perso scp guess</c>: which key and diversification a card was keyed with, from one recorded answer.</summary>
static class ScpGuessCommand
{
    // What blank and test cards come with; always tried.
    static readonly GivenKey TestKey = new("GlobalPlatform test key 404142…4F", "404142434445464748494A4B4C4D4E4F");

    public static Command Create()
    {
        var key = new Option<string[]>("--key") { Description = "A master key or card key to try, hexadecimal; may be repeated.", AllowMultipleArgumentsPerToken = true };
        var keyFile = ScpKeys.FileOption();
        var (iur, host) = (ScpCommand.InitializeUpdateResponse(), ScpCommand.HostChallenge());
        var json = new Option<bool>("--json") { Description = "For a script." };
        var hsm = HsmArguments.Create();
        var command = new Command("guess", $"""
            Find which key, diversification and key version open a card, from its answer to INITIALIZE UPDATE alone.

            Nothing is sent to a card, and INITIALIZE UPDATE itself is not counted by it: no try is lost. The well-known test key
            of blank cards is always tried too. {ScpKeys.Warning}
            Exit status: 0 when something opens the card, 1 when nothing does, 2 for wrong arguments.

              A real Oberthur COSMO 8.1 (GlobalPlatformPro issue #113), whose keys are diversified by KDF3:
              perso scp guess --host 95C3C91BB179A3BF --iur 149480576000078C0100010370827BBF7447C06D7329DD896EBC4D6DF7000013 --key 808CD8F1E4850B13DB50DCAA102C85DC6D877437C0D97A0C537196577D508852

              A real Nokia 6131 with the test key:
              perso scp guess --host C453FA25E5281272 --iur 000073204CC7A85453292A02001C389736801E91531A9CC29523CDA9
            """)
        {
            key, keyFile, iur, host, json,
        };
        hsm.AddTo(command);
        command.SetAction((parsed, _) => CardOutput.RunAsync(() =>
        {
            var response = ScpCard.Parse(HexInput.Parse(parsed.GetValue(iur)!, "--iur"));
            var challenge = HexInput.Parse(parsed.GetValue(host)!, "--host");
            ScpCard.RequireHostChallenge(challenge, response);
            var options = hsm.Read(parsed, ScpKeys.TokenFolder);
            var given = (parsed.GetValue(key) ?? []).Select((text, i) => new GivenKey($"key {i + 1}", text))
                .Concat(ScpKeys.ReadFile(parsed.GetValue(keyFile))).ToList();
            using var keys = new ScpKeys(options);
            using var testKey = new ScpKeys(hsm: null);
            List<CandidateKey> candidates =
            [
                .. given.Select(k => new CandidateKey(k.Name, keys.Open(k, response.Protocol))),
                new(TestKey.Name, testKey.Open(TestKey, response.Protocol)),
            ];
            return Show(candidates, challenge, response, parsed.GetValue(json));
        }));
        return command;
    }

    static int Show(List<CandidateKey> candidates, byte[] challenge, InitializeUpdateResponse response, bool asJson)
    {
        var matches = CardKeySearch.Find(candidates, challenge, response).Select(match => new
        {
            Key = match.Label,
            CheckValue = Convert.ToHexString(KeyCheckValue.Compute(candidates.First(c => c.Label == match.Label).Key)),
            Diversification = KeyDiversification.NameOf(match.Method),
            match.KeyVersionNote,
        }).ToArray();
        if (asJson)
        {
            CardOutput.WriteJson(new { card = ScpCard.From(response), tried = candidates.Select(c => c.Label), methods = Methods(response), matches });
            return matches.Length > 0 ? 0 : Guarded.Failure;
        }

        ScpCard.From(response).Print(verdict: null, isGood: false);
        Console.WriteLine($"Tried {candidates.Count} key{(candidates.Count == 1 ? "" : "s")} with {string.Join(", ", Methods(response))}");
        foreach (var match in matches)
        {
            CardOutput.WriteVerdict("  opens the card", isGood: true);
            Console.WriteLine($"  {match.Key} (check value {match.CheckValue}), --diversify {match.Diversification}, key version {match.KeyVersionNote}");
        }

        if (matches.Length > 0)
            return 0;
        CardOutput.WriteVerdict("  nothing opens the card", isGood: false);
        Console.WriteLine(": another key, or a host challenge that does not belong to this answer.");
        return Guarded.Failure;
    }

    static IEnumerable<string> Methods(InitializeUpdateResponse response) => Enum.GetValues<DiversificationMethod>()
        .Where(method => KeyDiversification.Fits(method, response.Protocol == SecureChannelProtocol.Scp02 ? KeyAlgorithm.TripleDes : KeyAlgorithm.Aes))
        .Select(KeyDiversification.NameOf);
}
