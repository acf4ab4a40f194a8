using PersoMesh.FileSystemCard.Files;

namespace PersoMesh.FileSystemCard.Commands;

/// <summary>SELECT (ISO/IEC 7816-4 §7.1.1).</summary>
static class SelectCommand
{
    const int Fci = 0x6F;
    const int Fcp = 0x62;
    const ushort CurrentDfId = 0x3FFF;

    public static CardResponse Execute(CardRuntime card, in CardCommand command)
    {
        var template = (command.P2 & 0xFC) switch
        {
            0x00 => Fci,
            0x04 => Fcp,
            0x0C => 0,
            _ => throw new CardStatusException(StatusWord.WrongP1P2),
        };
        var occurrence = command.P2 & 0x03;
        CardStatusException.ThrowIf(occurrence != 0 && command.P1 != 0x04, StatusWord.WrongP1P2);
        var file = Find(card, command.P1, command.Data, occurrence) ?? throw new CardStatusException(StatusWord.FileNotFound);
        card.MakeCurrent(file);
        return template == 0 ? CardResponse.Ok : CardResponse.Of(BerTlv.Encode(template, FileParameters.Encode(file)));
    }

    static CardFile? Find(CardRuntime card, byte p1, byte[] data, int occurrence) => p1 switch
    {
        0x00 => data.Length == 0 ? card.State.MasterFile : ById(card, FileId(data)),
        0x01 => card.CurrentDf.Child(FileId(data)) is { IsDf: true } df ? df : null,
        0x02 => card.CurrentDf.Child(FileId(data)) is { IsDf: false } ef ? ef : null,
        0x03 => data.Length == 0 ? card.CurrentDf.Parent : throw new CardStatusException(StatusWord.WrongLength),
        0x04 => ByName(card, data, occurrence),
        0x08 => Walk(card.State.MasterFile, data),
        0x09 => Walk(card.CurrentDf, data),
        _ => throw new CardStatusException(StatusWord.WrongP1P2),
    };

    // §7.1.1: searched are the MF, the current DF and its children, its parent and its siblings.
    static CardFile? ById(CardRuntime card, ushort fileId) => fileId switch
    {
        CardFile.MasterFileId => card.State.MasterFile,
        CurrentDfId => card.CurrentDf,
        _ => card.CurrentDf.Child(fileId)
            ?? (card.CurrentDf.FileId == fileId ? card.CurrentDf : null)
            ?? (card.CurrentDf.Parent is { } parent
                ? parent.FileId == fileId ? parent : parent.Child(fileId) is { IsDf: true } sibling ? sibling : null
                : null),
    };

    static CardFile? ByName(CardRuntime card, byte[] name, int occurrence)
    {
        CardStatusException.ThrowIf(name.Length is < 1 or > 16, StatusWord.WrongLength);
        var named = card.State.MasterFile.SelfAndDescendants()
            .Where(f => f.DfName is { } dfName && dfName.AsSpan().StartsWith(name)).ToList();
        var current = named.IndexOf(card.CurrentDf);
        var index = occurrence switch
        {
            0 => 0,
            1 => named.Count - 1,
            2 => current + 1,
            _ => current < 0 ? named.Count - 1 : current - 1,
        };
        return named.ElementAtOrDefault(index);
    }

    static CardFile? Walk(CardFile from, byte[] path)
    {
        CardStatusException.ThrowIf(path.Length == 0 || path.Length % 2 != 0, StatusWord.WrongLength);
        var at = from;
        for (var i = 0; i < path.Length && at is not null; i += 2)
            at = at.Child(FileId(path.AsSpan(i, 2)));
        return at;
    }

    public static ushort FileId(ReadOnlySpan<byte> data) => data.Length == 2
        ? (ushort)(data[0] << 8 | data[1])
        : throw new CardStatusException(StatusWord.WrongLength);
}
