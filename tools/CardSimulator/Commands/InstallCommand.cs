using PersoMesh.CardSimulator.Persistence;

namespace PersoMesh.CardSimulator.Commands;

/// <summary>INSTALL (GPC 2.3.1 §11.5): for load, install, make selectable, personalization.</summary>
static class InstallCommand
{
    static readonly byte[] NoReceipt = [0x00];

    public static CardResponse Execute(CardRuntime card, in CardCommand command)
    {
        card.RequireSecureChannel();
        CardStatusException.ThrowIf(card.State.LifeCycle == LifeCycles.CardLocked, StatusWord.ConditionsNotSatisfied);
        card.Session.Load = null;
        var fields = Fields(command.Data, command.P1 == 0x02 ? 5 : 6);
        switch (command.P1)
        {
            case 0x02:
                card.Session.Load = LoadSession.Begin(card, fields);
                break;
            case 0x04:
                Install(card, fields, LifeCycles.ApplicationInstalled);
                break;
            case 0x0C:
                Install(card, fields, LifeCycles.ApplicationSelectable);
                break;
            case 0x08:
                MakeSelectable(card, fields);
                break;
            case 0x20:
                Personalize(card, fields);
                break;
            default:
                return CardResponse.Error(StatusWord.WrongP1P2);
        }

        return CardResponse.Of(NoReceipt);
    }

    static List<byte[]> Fields(byte[] data, int count)
    {
        List<byte[]> fields = [];
        var at = 0;
        while (at < data.Length)
        {
            var end = at + 1 + data[at];
            CardStatusException.ThrowIf(end > data.Length, StatusWord.WrongData);
            fields.Add(data[(at + 1)..end]);
            at = end;
        }

        CardStatusException.ThrowIf(fields.Count != count, StatusWord.WrongData);
        return fields;
    }

    // Table 11-42.
    static void Install(CardRuntime card, List<byte[]> fields, byte lifeCycle)
    {
        var state = card.State;
        var packageAid = Convert.ToHexString(fields[0]);
        var moduleAid = Convert.ToHexString(fields[1]);
        var aid = Convert.ToHexString(fields[2]);
        CardStatusException.ThrowIf(fields[2].Length is < 5 or > 16 || fields[3].Length is not (1 or 3), StatusWord.WrongData);
        var module = state.Packages.Find(p => p.Aid == packageAid)?.Modules.Find(m => m.Aid == moduleAid);
        CardStatusException.ThrowIf(module is null, StatusWord.ReferenceNotFound);
        CardStatusException.ThrowIf(IsTaken(state, aid), StatusWord.ConditionsNotSatisfied);
        var (parameters, quota) = Parameters(fields[4]);
        CardStatusException.ThrowIf(state.EepromBytes - state.UsedBytes < quota, StatusWord.NotEnoughMemory);
        var bytes = CardState.EntryBytes + module!.InstanceBytes;
        card.Allocate(bytes);
        state.Applications.Add(new()
        {
            Aid = aid,
            PackageAid = packageAid,
            Module = module,
            Privileges = fields[3],
            LifeCycle = lifeCycle,
            Bytes = bytes,
            InstallParameters = parameters,
        });
    }

    public static bool IsTaken(CardState state, string aid) =>
        state.IsdAid == aid || state.Applications.Exists(a => a.Aid == aid) || state.Packages.Exists(p => p.Aid == aid);

    // Table 11-49: C9 is mandatory; in EF, C8 is the non-volatile memory quota.
    static (byte[] Application, int Quota) Parameters(byte[] field)
    {
        CardStatusException.ThrowIf(
            !BerTlv.TryReadAll(field, out var objects) || objects.Count == 0 || objects[0].Tag != 0xC9,
            StatusWord.WrongData);
        var quota = 0;
        foreach (var (tag, value) in objects)
        {
            if (tag != 0xEF)
                continue;
            CardStatusException.ThrowIf(!BerTlv.TryReadAll(value, out var system), StatusWord.WrongData);
            foreach (var (systemTag, systemValue) in system)
            {
                if (systemTag == 0xC8)
                    quota = systemValue.Aggregate(0, (sum, b) => sum << 8 | b);
            }
        }

        return (objects[0].Value, quota);
    }

    static void MakeSelectable(CardRuntime card, List<byte[]> fields)
    {
        var application = Find(card.State, fields[2]);
        CardStatusException.ThrowIf(application.LifeCycle != LifeCycles.ApplicationInstalled, StatusWord.ConditionsNotSatisfied);
        application.LifeCycle = LifeCycles.ApplicationSelectable;
    }

    // Table 11-47: only the AID is given.
    static void Personalize(CardRuntime card, List<byte[]> fields)
    {
        CardStatusException.ThrowIf(fields.Where((f, i) => i != 2 && f.Length > 0).Any(), StatusWord.WrongData);
        var application = Find(card.State, fields[2]);
        CardStatusException.ThrowIf((application.LifeCycle & LifeCycles.LockedBit) != 0, StatusWord.ConditionsNotSatisfied);
        card.Session.PersonalizationTarget = new(card, application);
    }

    static ApplicationState Find(CardState state, byte[] aid)
    {
        var name = Convert.ToHexString(aid);
        return state.Applications.Find(a => a.Aid == name) ?? throw new CardStatusException(StatusWord.ReferenceNotFound);
    }
}
