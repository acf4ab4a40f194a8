using PersoMesh.FileSystemCard.Files;

namespace PersoMesh.FileSystemCard.Commands;

/// <summary>CREATE FILE (ISO/IEC 7816-9): a DF or EF in the current DF, which becomes the current file.</summary>
static class CreateFileCommand
{
    const int Template = 0x62;

    // Deeper than any application needs; the card's stack is small.
    const int MaxDepth = 8;

    public static CardResponse Execute(CardRuntime card, in CardCommand command)
    {
        CardStatusException.ThrowIf(command.P1P2 != 0, StatusWord.WrongP1P2);
        var valid = BerTlv.TryReadAll(command.Data, out var templates) && templates is [(Template, _)];
        CardStatusException.ThrowIf(!valid || !BerTlv.TryReadAll(templates[0].Value, out _), StatusWord.WrongData);
        BerTlv.TryReadAll(templates[0].Value, out var objects);

        var parent = card.CurrentDf;
        var state = card.State;
        var longestRecord = Math.Min(state.MaxCommandData, state.MaxResponseData);
        var file = FileParameters.Decode(objects, parent, longestRecord, state.RecordsExistAtCreation);
        card.RequireCreation(parent, file.IsDf);
        AccessRules.Check(file.Rules, number => state.Passwords.Exists(p => p.Reference == number));
        CardStatusException.ThrowIf(parent.Child(file.FileId) is not null || parent.FileId == file.FileId, StatusWord.FileAlreadyExists);
        CardStatusException.ThrowIf(
            file.DfName is { } name && state.MasterFile.SelfAndDescendants().Any(f => f.DfName.AsSpan().SequenceEqual(name)),
            StatusWord.DfNameAlreadyExists);
        var depth = 0;
        for (var at = parent; at is not null; at = at.Parent)
            depth++;
        CardStatusException.ThrowIf(depth >= MaxDepth, StatusWord.NotEnoughMemory);

        card.Allocate(CardBlueprint.FileHeaderBytes + file.Size);
        parent.Add(file);
        card.MakeCurrent(file);
        return CardResponse.Ok;
    }
}
