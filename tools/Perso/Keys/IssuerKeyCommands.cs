using System.CommandLine;
using PersoMesh.Emv;
using PersoMesh.Perso.Card;
using PersoMesh.Perso.Commands;
using PersoMesh.PreparedJobs;

namespace PersoMesh.Perso.Keys;

/// <summary>The issuer's RSA key: generation, request, certificate; and a test authority that certifies it.</summary>
static class IssuerKeyCommands
{
    public static IEnumerable<Command> Create() => [GenerateRsa(), Request(), Certify(), VerifyCertificate()];

    static Command GenerateRsa()
    {
        var label = new Argument<string>("LABEL") { Description = "The key's label in the token." };
        var bits = new Option<int>("--bits") { Description = "A multiple of 8: 1024 to 1976 for an issuer's key (a card's key is not longer than its issuer's), up to 4096 for one that signs return files.", DefaultValueFactory = _ => 1280 };
        var exponent = new Option<int>("--exponent") { Description = "3 or 65537.", DefaultValueFactory = _ => 3 };
        var command = new Command("generate-rsa", "Have the token generate an RSA key pair: the issuer's, or the bureau's that signs return files.") { label, bits, exponent };
        return KeysContext.Run(command, (parsed, context) =>
        {
            var (length, e) = (parsed.GetValue(bits), parsed.GetValue(exponent));
            if (length is < 1024 or > 4096 || length % 8 != 0 || e is not (3 or 65537))
                throw new UserErrorException("--bits is 1024 to 4096 and a multiple of 8; --exponent is 3 or 65537.");
            context.Custody.GenerateRsa(parsed.GetValue(label)!, length, e);
            Console.WriteLine($"{parsed.GetValue(label)}: RSA {length} bits, exponent {e}");
        });
    }

    static Command Request()
    {
        var label = new Argument<string>("LABEL") { Description = "The issuer key's label." };
        var issuer = new Option<string>("--issuer-identifier") { Description = "3 to 8 leftmost digits of the issuer's account numbers.", Required = true };
        var expiry = new Option<string>("--expires") { Description = "Last month of validity: MM/YYYY.", Required = true };
        var number = new Option<int>("--number") { Description = "The issuer's number for the request.", DefaultValueFactory = _ => 1 };
        var output = new Option<string>("--out", "-o") { Description = "The request to write.", Required = true };
        var command = new Command("request", "Write the request for an issuer certificate, signed with the key itself.") { label, issuer, expiry, number, output };
        return KeysContext.Run(command, (parsed, context) =>
        {
            using var session = context.Module.OpenSession();
            var request = IssuerKeys.Request(
                session, parsed.GetValue(label)!, parsed.GetValue(issuer)!, Month(parsed.GetValue(expiry)!), parsed.GetValue(number), service: 0);
            File.WriteAllText(parsed.GetValue(output)!, Convert.ToHexString(request.Encoded.Span) + Environment.NewLine);
            context.Log.Append(context.Actor, "key.request", parsed.GetValue(label)!, ("issuer identifier", parsed.GetValue(issuer)!));
            Console.WriteLine($"{parsed.GetValue(output)}: request {request.RequestNumber} for {parsed.GetValue(label)}");
        });
    }

    static Command Certify()
    {
        var request = new Argument<string>("REQUEST") { Description = "What 'perso keys request' wrote." };
        var key = new Option<string>("--authority-key") { Description = "The test authority's private key; made when the file is missing.", Required = true };
        var caKeys = new Option<string>("--ca-keys") { Description = "Where the authority's public key goes, for terminals.", Required = true };
        var serial = new Option<int>("--serial") { Description = "Serial number of the certificate.", DefaultValueFactory = _ => 1 };
        var output = new Option<string>("--out", "-o") { Description = "The certificate to write.", Required = true };
        var command = new Command("certify", """
            Be a certification authority, for demonstrations and tests only: certify a request with a key that lies in a file. A payment
            scheme's authority does this with its own.
            """)
        {
            request, key, caKeys, serial, output,
        };
        command.SetAction((parsed, _) => CardOutput.RunAsync(() =>
        {
            var path = parsed.GetValue(request)!;
            if (!IssuerKeyRequest.TryOpen(HexInput.Parse(File.ReadAllText(path), path), out var received, out var failure))
                throw new UserErrorException($"{path}: {failure.Reason}.");
            var authority = TestAuthority.Open(parsed.GetValue(key)!);
            File.WriteAllLines(parsed.GetValue(output)!, authority.Certify(received, parsed.GetValue(serial)).ToLines());
            File.WriteAllLines(parsed.GetValue(caKeys)!, authority.PublicKeyLines());
            Console.WriteLine($"{parsed.GetValue(output)}: certificate {parsed.GetValue(serial):X6}, {received.Key}, expires {received.Expiry}");
            return 0;
        }));
        return command;
    }

    static Command VerifyCertificate()
    {
        var label = new Argument<string>("LABEL") { Description = "The issuer key's label." };
        var file = new Argument<string>("CERTIFICATE") { Description = "The authority's certificate." };
        var caKeys = new Option<string>("--ca-keys") { Description = "File with the authority's public key.", Required = true };
        var command = new Command("verify-certificate", "Check that a certificate is the authority's and about the token's key.") { label, file, caKeys };
        return KeysContext.Run(command, (parsed, context) =>
        {
            using var session = context.Module.OpenSession();
            var certificate = Read(parsed.GetValue(file)!);
            var content = IssuerKeys.Verify(session, parsed.GetValue(label)!, certificate, CaKeyFile.Read(parsed.GetValue(caKeys)!));
            context.Log.Append(context.Actor, "key.certificate", parsed.GetValue(label)!, ("serial number", $"{content.SerialNumber:X6}"), ("expires", content.Expiry.ToString()));
            Console.WriteLine($"{parsed.GetValue(file)}: good, serial number {content.SerialNumber:X6}, expires {content.Expiry}");
        });
    }

    static IssuerCertificate Read(string path)
    {
        try
        {
            return IssuerCertificate.Parse(File.ReadLines(path));
        }
        catch (FormatException e)
        {
            throw new UserErrorException($"{path}: {e.Message}.", e);
        }
    }

    static ExpiryMonth Month(string text) => text.Split('/') is [{ Length: 2 } month, { Length: 4 } year]
        && int.TryParse(month, out var m) && int.TryParse(year, out var y) && m is >= 1 and <= 12 && y is >= 2000 and <= 2049
            ? new ExpiryMonth(y, m)
            : throw new UserErrorException($"--expires '{text}': write MM/YYYY.");
}
