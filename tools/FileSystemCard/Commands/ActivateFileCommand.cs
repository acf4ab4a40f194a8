using PersoMesh.FileSystemCard.Files;

namespace PersoMesh.FileSystemCard.Commands;

/// <summary>ACTIVATE FILE (ISO/IEC 7816-9): the current file, or a child of the current DF, is in use from now on.</summary>
static class ActivateFileCommand
{
    public static CardResponse Execute(CardRuntime card, in CardCommand command)
    {
        CardStatusException.ThrowIf(command.P1P2 != 0, StatusWord.WrongP1P2);
        var file = command.Data.Length == 0
            ? card.CurrentFile
            : card.CurrentDf.Child(SelectCommand.FileId(command.Data)) ?? throw new CardStatusException(StatusWord.FileNotFound);
        card.Require(file, Operation.Activate);
        // A card that everybody can open with the manufacturer's password does not leave the personalization.
        CardStatusException.ThrowIf(
            file.Parent is null && card.State.IsTransportPasswordInForce, StatusWord.ConditionsNotSatisfied);
        file.LifeCycleStatus = LifeCycle.Activated;
        return CardResponse.Ok;
    }
}
