using PersoMesh.FileSystemCard.Files;

namespace PersoMesh.FileSystemCard.Commands;

/// <summary>READ BINARY and UPDATE BINARY (ISO/IEC 7816-4 §7.2), with the even instruction bytes.</summary>
static class BinaryCommands
{
    public static CardResponse Read(CardRuntime card, in CardCommand command)
    {
        CardStatusException.ThrowIf(command.Data.Length != 0 || command.Ne is null, StatusWord.WrongLength);
        var (file, offset) = Address(card, command);
        card.Require(file, Operation.Read);
        CardStatusException.ThrowIf(offset > file.Size, StatusWord.WrongOffset);
        var asked = command.Ne!.Value;
        var count = Math.Min(Math.Min(asked, card.State.MaxResponseData), file.Size - offset);
        var data = file.Content[offset..(offset + count)];
        // Le = 00 asks for what there is; a length that goes beyond the end is answered with a warning.
        var isShort = asked < 256 && offset + asked > file.Size;
        return new(data, isShort ? StatusWord.EndOfFile : StatusWord.Ok);
    }

    public static CardResponse Update(CardRuntime card, in CardCommand command)
    {
        CardStatusException.ThrowIf(command.Data.Length == 0, StatusWord.WrongLength);
        var (file, offset) = Address(card, command);
        card.Require(file, Operation.Update);
        CardStatusException.ThrowIf(offset > file.Size, StatusWord.WrongOffset);
        CardStatusException.ThrowIf(offset + command.Data.Length > file.Size, StatusWord.NotEnoughMemory);
        card.Store(command.Data, file.Content.AsSpan(offset));
        return CardResponse.Ok;
    }

    static (CardFile File, int Offset) Address(CardRuntime card, in CardCommand command)
    {
        var bySfi = (command.P1 & 0x80) != 0;
        if (bySfi)
        {
            var sfi = command.P1 & 0x1F;
            CardStatusException.ThrowIf((command.P1 & 0x60) != 0, StatusWord.WrongP1P2);
            if (sfi != 0)
                card.MakeCurrent(ElementaryFiles.ByShortId(card, sfi));
        }

        var file = card.CurrentEf ?? throw new CardStatusException(StatusWord.NoCurrentFile);
        CardStatusException.ThrowIf(file.Kind != FileKind.Transparent, StatusWord.WrongFileStructure);
        return (file, bySfi ? command.P2 : command.P1P2);
    }
}

/// <summary>How commands name an EF without SELECT.</summary>
static class ElementaryFiles
{
    /// <exception cref="CardStatusException">6A82.</exception>
    public static CardFile ByShortId(CardRuntime card, int shortFileId) =>
        card.CurrentDf.Children.Find(f => !f.IsDf && f.ShortFileId == shortFileId)
        ?? throw new CardStatusException(StatusWord.FileNotFound);
}
