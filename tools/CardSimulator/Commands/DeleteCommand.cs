using PersoMesh.CardSimulator.Persistence;

namespace PersoMesh.CardSimulator.Commands;

/// <summary>DELETE (GPC 2.3.1 §11.2) of an application, an executable load file with or without its applications, or a key set.</summary>
static class DeleteCommand
{
    const byte WithRelatedObjects = 0x80;
    static readonly byte[] NoReceipt = [0x00];

    public static CardResponse Execute(CardRuntime card, in CardCommand command)
    {
        card.RequireSecureChannel();
        CardStatusException.ThrowIf(card.State.LifeCycle == LifeCycles.CardLocked, StatusWord.ConditionsNotSatisfied);
        if (!BerTlv.TryReadAll(command.Data, out var objects) || objects.Count == 0)
            return CardResponse.Error(StatusWord.WrongData);
        if (objects[0].Tag == 0x4F)
            DeleteContent(card, Convert.ToHexString(objects[0].Value), command.P2 == WithRelatedObjects);
        else
            DeleteKeys(card.State, objects);
        return CardResponse.Of(NoReceipt);
    }

    static void DeleteContent(CardRuntime card, string aid, bool withRelatedObjects)
    {
        var state = card.State;
        if (state.Applications.Find(a => a.Aid == aid) is { } application)
        {
            DeleteApplication(card, application);
            return;
        }

        var package = state.Packages.Find(p => p.Aid == aid);
        CardStatusException.ThrowIf(package is null, StatusWord.ReferenceNotFound);
        var instances = state.Applications.FindAll(a => a.PackageAid == aid);
        CardStatusException.ThrowIf(instances.Count > 0 && !withRelatedObjects, StatusWord.ConditionsNotSatisfied);
        instances.ForEach(a => DeleteApplication(card, a));
        state.Packages.Remove(package!);
        card.Allocate(-package!.Bytes);
    }

    static void DeleteApplication(CardRuntime card, ApplicationState application)
    {
        card.State.Applications.Remove(application);
        card.Allocate(-application.Bytes);
        if (card.Session.PersonalizationTarget?.State == application)
            card.Session.PersonalizationTarget = null;
    }

    // Single keys cannot go: a set of two keys would be of no use.
    static void DeleteKeys(CardState state, List<(int Tag, byte[] Value)> objects)
    {
        const int KeyVersion = 0xD2;
        CardStatusException.ThrowIf(objects is not [{ Tag: KeyVersion, Value.Length: 1 }], StatusWord.WrongData);
        var keySet = state.KeySets.Find(k => k.Version == objects[0].Value[0]);
        CardStatusException.ThrowIf(keySet is null, StatusWord.ReferenceNotFound);
        CardStatusException.ThrowIf(state.KeySets.Count == 1, StatusWord.ConditionsNotSatisfied);
        state.KeySets.Remove(keySet!);
    }
}
