using System.CommandLine;
using PersoMesh.GlobalPlatform;
using PersoMesh.Perso.Commands;

namespace PersoMesh.Perso.Card;

/// <summary><c>perso scp open</c>: opens a recorded session again and protects commands in it.</summary>
static class ScpOpenCommand
{
    public static Command Create()
    {
        var key = new Option<string?>("--key") { Description = "The key of all three roles: the card's own, or the master key with --diversify. Hexadecimal, or a label in the HSM." };
        var enc = new Option<string?>("--enc") { Description = "Key-ENC, or its master key." };
        var mac = new Option<string?>("--mac") { Description = "Key-MAC, or its master key." };
        var dek = new Option<string?>("--dek") { Description = "Key-DEK, or its master key; may be left out." };
        var keyFile = ScpKeys.FileOption();
        var diversify = new Option<string>("--diversify") { Description = "How the card's keys come from the master key: none, emv-cps, visa2, visa or kdf3.", DefaultValueFactory = _ => "none" };
        var (iur, host) = (ScpCommand.InitializeUpdateResponse(), ScpCommand.HostChallenge());
        var level = new Option<string>("--level") { Description = "Security level, P1 of EXTERNAL AUTHENTICATE: 00, 01, 03, 10, 11, 13, 33.", DefaultValueFactory = _ => "03" };
        var apdu = new Option<string[]>("--apdu") { Description = "Plain commands to wrap, in the order of the session.", AllowMultipleArgumentsPerToken = true };
        var answers = new Option<string[]>("--response") { Description = "The card's answers to them, with status word, in the same order.", AllowMultipleArgumentsPerToken = true };
        var implementation = new Option<string>("--i") { Description = "Parameter i of an SCP02 card: it is in GET DATA 0066, not in the answer.", DefaultValueFactory = _ => "15" };
        var aid = new Option<string?>("--aid") { Description = "AID of the selected application: check that the card challenge is the pseudo-random one." };
        var quirk = new Option<string[]>("--quirk") { Description = $"Deviation of the card product: {string.Join(", ", CardQuirkNames.All)}." };
        var json = new Option<bool>("--json") { Description = "For a script." };
        var hsm = HsmArguments.Create();
        var command = new Command("open", $"""
            Open a secure channel session from its recorded opening: check the card cryptogram, show EXTERNAL AUTHENTICATE, wrap
            commands, unwrap answers. No card is touched. The same input always gives the same bytes: compare them with a trace.

            {ScpKeys.Warning}
            Exit status: 0 when the cryptogram and every R-MAC are right, 1 when one is not, 2 for wrong arguments.

              SCP03 with encrypted answers, a trace of osmocom/pysim (AES-128, level 33):
              perso scp open --enc 000102030405060708090A0B0C0D0E0F --mac 101112131415161718191A1B1C1D1E1F --host FDF38259A1E0DE44 --iur 000000000000000000003003703B1ACA81E821F219081CDC01C26B372D000003 --level 33 --apdu 80E2910006BF3E035C015A00 --response F3BA2B1013AA6224F5E1C138D71805C569E5439B47576260B75FC021B25097CB2E68F8A0144975B99000

              SCP02, a real Nokia 6131 (i = 55), with its pseudo-random challenge:
              perso scp open --key 404142434445464748494A4B4C4D4E4F --host C453FA25E5281272 --iur 000073204CC7A85453292A02001C389736801E91531A9CC29523CDA9 --i 55 --aid A000000003000000 --apdu 80F22000024F0000 80E400800C4F0AA00000006203010C010100

              A card whose keys come from a master key; find the method with 'perso scp guess':
              perso scp open --key-file master.txt --diversify kdf3 --host 95C3C91BB179A3BF --iur 149480576000078C0100010370827BBF7447C06D7329DD896EBC4D6DF7000013
            """)
        {
            key, enc, mac, dek, keyFile, diversify, iur, host, level, apdu, answers, implementation, aid, quirk, json,
        };
        hsm.AddTo(command);
        command.SetAction((parsed, _) => CardOutput.RunAsync(() =>
        {
            List<GivenKey> given = [];
            foreach (var (name, text) in new[] { ("key", parsed.GetValue(key)), ("enc", parsed.GetValue(enc)), ("mac", parsed.GetValue(mac)), ("dek", parsed.GetValue(dek)) })
            {
                if (text is not null)
                    given.Add(new(name, text));
            }

            given.AddRange(ScpKeys.ReadFile(parsed.GetValue(keyFile)));
            var request = new ScpOpening
            {
                Keys = given,
                Diversification = KeyDiversification.TryParse(parsed.GetValue(diversify), out var method)
                    ? method
                    : throw new UserErrorException($"--diversify: there is no method '{parsed.GetValue(diversify)}'; none, emv-cps, visa2, visa or kdf3."),
                Response = ScpCard.Parse(HexInput.Parse(parsed.GetValue(iur)!, "--iur")),
                HostChallenge = HexInput.Parse(parsed.GetValue(host)!, "--host"),
                Level = (SecurityLevel)HexInput.ReadByte(parsed.GetValue(level)!, "--level"),
                Commands = HexInput.ReadAll(parsed.GetValue(apdu), "--apdu"),
                Answers = HexInput.ReadAll(parsed.GetValue(answers), "--response"),
                Options = new SecureChannelOptions
                {
                    Scp02Implementation = HexInput.ReadByte(parsed.GetValue(implementation)!, "--i"),
                    Quirks = (parsed.GetValue(quirk) ?? []).Aggregate(CardQuirks.None, (all, name) => all | QuirkOf(name)),
                },
                Aid = parsed.GetValue(aid) is { } text2 ? HexInput.Parse(text2, "--aid") : null,
            };
            using var keys = new ScpKeys(hsm.Read(parsed, ScpKeys.TokenFolder));
            var session = ScpSession.Open(request, keys);
            if (parsed.GetValue(json))
                CardOutput.WriteJson(session);
            else
                session.Print();
            if (session.Fault is null)
                return 0;
            Console.Error.WriteLine($"perso: {session.Fault}");
            return Guarded.Failure;
        }));
        return command;
    }

    static CardQuirks QuirkOf(string name) => CardQuirkNames.TryParse(name, out var quirk)
        ? quirk
        : throw new UserErrorException($"--quirk: there is no deviation '{name}'; {string.Join(", ", CardQuirkNames.All)}.");
}
