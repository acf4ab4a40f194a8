using PersoMesh.CardSimulator.Persistence;

namespace PersoMesh.CardSimulator.Commands;

/// <summary>GET STATUS (GPC 2.3.1 §11.4): the registry, as E3 templates or in the older form without tags.</summary>
static class GetStatusCommand
{
    /// <summary>Leaves room for R-ENC padding and a long R-MAC in a short response.</summary>
    const int LongestResponse = 220;

    const byte NextOccurrence = 0x01;
    const byte Tagged = 0x02;

    public static CardResponse Execute(CardRuntime card, in CardCommand command)
    {
        card.RequireSecureChannel();
        if ((command.P2 & ~(NextOccurrence | Tagged)) != 0 || command.P1 is not (0x80 or 0x40 or 0x20 or 0x10))
            return CardResponse.Error(StatusWord.WrongP1P2);
        if ((command.P2 & NextOccurrence) == 0)
        {
            CardStatusException.ThrowIf(
                !BerTlv.TryRead(command.Data, out var tag, out var prefix, out _) || tag != 0x4F,
                StatusWord.WrongData);
            var isTagged = (command.P2 & Tagged) != 0;
            card.Session.StatusEntries = new(Entries(card.State, command.P1, Convert.ToHexString(prefix), isTagged));
        }

        var entries = card.Session.StatusEntries;
        if (entries.Count == 0)
            return CardResponse.Error(StatusWord.ReferenceNotFound);
        List<byte> data = [];
        while (entries.TryPeek(out var entry) && (data.Count == 0 || data.Count + entry.Length <= LongestResponse))
            data.AddRange(entries.Dequeue());
        return new([.. data], entries.Count > 0 ? StatusWord.MoreData : StatusWord.Ok);
    }

    static IEnumerable<byte[]> Entries(CardState state, byte kind, string prefix, bool isTagged)
    {
        bool Matches(string aid) => aid.StartsWith(prefix, StringComparison.Ordinal);
        return kind switch
        {
            // Table 11-7 to 11-9: SD, card lock, terminate, reset, CVM; authorized management and the global ones; receipts.
            0x80 => Matches(state.IsdAid) ? [Entry(isTagged, state.IsdAid, state.LifeCycle, [0x9E, 0xFE, 0x80])] : [],
            0x40 => state.Applications.Where(a => Matches(a.Aid)).Select(a => Entry(
                isTagged, a.Aid, a.LifeCycle, a.Privileges, [.. Aid(0xC4, a.PackageAid), .. Aid(0xCC, state.IsdAid)])),
            _ => state.Packages.Where(p => Matches(p.Aid)).Select(p => PackageEntry(isTagged, p, withModules: kind == 0x10)),
        };
    }

    static byte[] PackageEntry(bool isTagged, PackageState package, bool withModules)
    {
        var modules = withModules ? package.Modules : [];
        if (isTagged)
            return Entry(isTagged, package.Aid, LifeCycles.PackageLoaded, [], [.. modules.SelectMany(m => Aid(0x84, m.Aid))]);
        var entry = Entry(isTagged, package.Aid, LifeCycles.PackageLoaded, [0]);
        return withModules ? [.. entry, (byte)modules.Count, .. modules.SelectMany(m => Lv(m.Aid))] : entry;
    }

    static byte[] Entry(bool isTagged, string aid, byte lifeCycle, byte[] privileges, byte[]? more = null) => isTagged
        ? BerTlv.Encode(
            0xE3,
            [
                .. Aid(0x4F, aid),
                .. BerTlv.Encode(0x9F70, lifeCycle),
                .. privileges.Length > 0 ? BerTlv.Encode(0xC5, privileges) : [],
                .. more ?? [],
            ])
        : [.. Lv(aid), lifeCycle, privileges[0]];

    static byte[] Aid(int tag, string aid) => BerTlv.Encode(tag, Convert.FromHexString(aid));

    static byte[] Lv(string aid) => [(byte)(aid.Length / 2), .. Convert.FromHexString(aid)];
}
