using PersoMesh.CardSimulator.Persistence;

namespace PersoMesh.CardSimulator.Commands;

/// <summary>SET STATUS (GPC 2.3.1 §11.10, transitions in figures 5-1 and 5-2).</summary>
static class SetStatusCommand
{
    public static CardResponse Execute(CardRuntime card, in CardCommand command)
    {
        card.RequireSecureChannel();
        switch (command.P1)
        {
            case 0x80:
                if (!MayFollow(card.State.LifeCycle, command.P2))
                    return CardResponse.Error(StatusWord.ConditionsNotSatisfied);
                card.State.LifeCycle = command.P2;
                return CardResponse.Ok;
            case 0x40:
                var aid = Convert.ToHexString(command.Data);
                var application = card.State.Applications.Find(a => a.Aid == aid);
                if (application is null)
                    return CardResponse.Error(StatusWord.ReferenceNotFound);
                return SetApplication(application, command.P2);
            default:
                return CardResponse.Error(StatusWord.WrongP1P2);
        }
    }

    static bool MayFollow(byte current, byte next) => (current, next) switch
    {
        (_, LifeCycles.Terminated) => true,
        (LifeCycles.OpReady, LifeCycles.Initialized) or (LifeCycles.Initialized, LifeCycles.Secured) => true,
        (LifeCycles.Secured, LifeCycles.CardLocked) or (LifeCycles.CardLocked, LifeCycles.Secured) => true,
        _ => false,
    };

    // A security domain locks and unlocks; unlocking returns to the state before. Other application states (07 … 7F, step 8) go upwards.
    static CardResponse SetApplication(ApplicationState application, byte next)
    {
        var current = application.LifeCycle;
        var isLocked = (current & LifeCycles.LockedBit) != 0;
        if ((next & LifeCycles.LockedBit) != 0)
        {
            application.LifeCycle = (byte)(current | LifeCycles.LockedBit);
            return CardResponse.Ok;
        }

        if (isLocked)
        {
            application.LifeCycle = (byte)(current & ~LifeCycles.LockedBit);
            return CardResponse.Ok;
        }

        if (current < LifeCycles.ApplicationSelectable || next <= current || (next & 0x07) != 0x07)
            return CardResponse.Error(StatusWord.ConditionsNotSatisfied);
        application.LifeCycle = next;
        return CardResponse.Ok;
    }
}
