using PersoMesh.CardSimulator.Persistence;

namespace PersoMesh.CardSimulator.Commands;

/// <summary>SELECT by name (GPC 2.3.1 §11.9, §6.4.2.1).</summary>
static class SelectCommand
{
    const byte ByName = 0x04;
    const byte NextOccurrence = 0x02;

    public static CardResponse Execute(CardRuntime card, in CardCommand command)
    {
        if (command.P1 != ByName || command.P2 is not (0x00 or NextOccurrence))
            return CardResponse.Error(StatusWord.WrongP1P2);
        if (!TryFind(card, Convert.ToHexString(command.Data), command.P2 == NextOccurrence, out var application))
            return CardResponse.Error(StatusWord.FileNotFound);
        var isLocked = card.State.LifeCycle == LifeCycles.CardLocked;
        if (isLocked && application is not null)
            return CardResponse.Error(StatusWord.FunctionNotSupported);
        card.Select(application);
        var fci = application is null ? SecurityDomainFci(card.State) : card.Session.Application!.Fci();
        return new(fci, isLocked ? StatusWord.CardLocked : StatusWord.Ok);
    }

    public static bool IsSelectable(ApplicationState application) =>
        application.LifeCycle >= LifeCycles.ApplicationSelectable && (application.LifeCycle & LifeCycles.LockedBit) == 0;

    // The registry is searched from its start or behind the selected application; its first entry is the issuer security domain.
    static bool TryFind(CardRuntime card, string aid, bool next, out ApplicationState? application)
    {
        application = null;
        if (aid.Length == 0)
            return true;
        if (!next && card.State.IsdAid.StartsWith(aid, StringComparison.Ordinal))
            return true;
        var start = next && card.Session.Application is { } current ? card.State.Applications.IndexOf(current.State) + 1 : 0;
        application = card.State.Applications.Skip(start)
            .FirstOrDefault(a => IsSelectable(a) && a.Aid.StartsWith(aid, StringComparison.Ordinal));
        return application is not null;
    }

    static byte[] SecurityDomainFci(CardState state)
    {
        const int LongestCommandData = 255;
        byte[] proprietary =
        [
            .. BerTlv.Encode(0x73, CardRecognitionData.Objects(state)),
            .. BerTlv.Encode(0x9F65, LongestCommandData),
        ];
        return BerTlv.Encode(0x6F, [.. BerTlv.Encode(0x84, Convert.FromHexString(state.IsdAid)), .. BerTlv.Encode(0xA5, proprietary)]);
    }
}
