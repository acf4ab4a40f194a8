using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Digests;
using PersoMesh.CardSimulator.Persistence;

namespace PersoMesh.CardSimulator.Commands;

/// <summary>LOAD (GPC 2.3.1 §11.6).</summary>
static class LoadCommand
{
    const byte LastBlock = 0x80;
    static readonly byte[] NoReceipt = [0x00];

    public static CardResponse Execute(CardRuntime card, in CardCommand command)
    {
        card.RequireSecureChannel();
        if (card.Session.Load is not { } load)
            return CardResponse.Error(StatusWord.ConditionsNotSatisfied);

        // Whatever goes wrong ends the load session (§9.3.5).
        card.Session.Load = null;
        load.Add(command.P2, command.Data);
        if (command.P1 == LastBlock)
            load.Complete(card);
        else
            card.Session.Load = load;
        return CardResponse.Of(NoReceipt);
    }
}

/// <summary>A load file on its way into the card.</summary>
sealed class LoadSession
{
    const int LoadFileDataBlock = 0xC4;
    const int DapBlock = 0xE2;
    const byte HeaderComponent = 1;
    const byte AppletComponent = 3;
    readonly List<byte> _file = [];
    readonly string _aid;
    readonly byte[] _hash;
    byte _nextBlock;

    LoadSession(string aid, byte[] hash) => (_aid, _hash) = (aid, hash);

    /// <summary>INSTALL [for load], Table 11-41.</summary>
    public static LoadSession Begin(CardRuntime card, List<byte[]> fields)
    {
        var aid = Convert.ToHexString(fields[0]);
        var domain = Convert.ToHexString(fields[1]);
        CardStatusException.ThrowIf(fields[0].Length is < 5 or > 16, StatusWord.WrongData);
        CardStatusException.ThrowIf(domain.Length > 0 && domain != card.State.IsdAid, StatusWord.ReferenceNotFound);
        CardStatusException.ThrowIf(InstallCommand.IsTaken(card.State, aid), StatusWord.ConditionsNotSatisfied);
        return new(aid, fields[2]);
    }

    public void Add(byte block, byte[] data)
    {
        CardStatusException.ThrowIf(block != _nextBlock, StatusWord.WrongP1P2);
        _nextBlock++;
        _file.AddRange(data);
    }

    public void Complete(CardRuntime card)
    {
        var code = LoadFileData();
        CardStatusException.ThrowIf(_hash.Length > 0 && !Hash(code).AsSpan().SequenceEqual(_hash), StatusWord.WrongData);
        var (package, applets) = Components(code);
        CardStatusException.ThrowIf(package != _aid, StatusWord.WrongData);
        var bytes = CardState.EntryBytes + code.Length;
        card.Allocate(bytes);
        card.State.Packages.Add(new() { Aid = _aid, Modules = [.. applets.Select(a => new ModuleBlueprint { Aid = a })], Bytes = bytes });
    }

    // §11.6.2.3: { E2 }* C4. Signatures (DAP) are not checked: this card has no domain that asks for them.
    byte[] LoadFileData()
    {
        ReadOnlySpan<byte> rest = _file.ToArray();
        while (BerTlv.TryRead(rest, out var tag, out var value, out var consumed))
        {
            rest = rest[consumed..];
            if (tag == LoadFileDataBlock && rest.IsEmpty)
                return value.ToArray();
            if (tag != DapBlock)
                break;
        }

        throw new CardStatusException(StatusWord.WrongData);
    }

    byte[] Hash(byte[] code)
    {
        IDigest digest = _hash.Length switch
        {
            20 => new Sha1Digest(),
            32 => new Sha256Digest(),
            48 => new Sha384Digest(),
            64 => new Sha512Digest(),
            _ => throw new CardStatusException(StatusWord.WrongData),
        };
        digest.BlockUpdate(code, 0, code.Length);
        var result = new byte[digest.GetDigestSize()];
        digest.DoFinal(result, 0);
        return result;
    }

    // JCVM 2.2.2 §6.2: each component is tag(1) size(2) info. Header §6.3 holds the package AID, Applet §6.5 the applets' AIDs.
    static (string Package, List<string> Applets) Components(byte[] code)
    {
        var package = "";
        List<string> applets = [];
        var at = 0;
        try
        {
            while (at < code.Length)
            {
                var tag = code[at];
                var end = at + 3 + (code[at + 1] << 8 | code[at + 2]);
                var info = code[(at + 3)..end];
                if (tag == HeaderComponent)
                {
                    const int PackageInfo = 7; // magic 4, version 2, flags 1; then version 2 and the AID
                    package = Convert.ToHexString(info, PackageInfo + 3, info[PackageInfo + 2]);
                }
                else if (tag == AppletComponent)
                {
                    const int InstallMethodOffset = 2;
                    for (int i = 0, p = 1; i < info[0]; i++, p += 1 + info[p] + InstallMethodOffset)
                        applets.Add(Convert.ToHexString(info, p + 1, info[p]));
                }

                at = end;
            }
        }
        catch (Exception e) when (e is ArgumentException or IndexOutOfRangeException)
        {
            throw new CardStatusException(StatusWord.WrongData);
        }

        return (package, applets);
    }
}
