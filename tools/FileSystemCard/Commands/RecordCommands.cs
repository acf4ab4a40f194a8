using PersoMesh.FileSystemCard.Files;

namespace PersoMesh.FileSystemCard.Commands;

/// <summary>
/// READ RECORD, UPDATE RECORD and APPEND RECORD (ISO/IEC 7816-4 §7.3). In a cyclic EF record 1 is the newest, and writing makes a new
/// record 1 in place of the oldest.
/// </summary>
static class RecordCommands
{
    const int First = 0;
    const int Last = 1;
    const int Next = 2;
    const int Previous = 3;
    const int ByNumber = 4;

    public static CardResponse Read(CardRuntime card, in CardCommand command)
    {
        CardStatusException.ThrowIf(command.Data.Length != 0 || command.Ne is null, StatusWord.WrongLength);
        var file = SelectFile(card, command);
        card.Require(file, Operation.Read);
        var number = RecordNumber(card, file, command);
        card.CurrentRecord = number;
        var record = file.Records[number - 1];
        return CardResponse.Of(record[..Math.Min(command.Ne!.Value, record.Length)]);
    }

    public static CardResponse Update(CardRuntime card, in CardCommand command)
    {
        var file = SelectFile(card, command);
        card.Require(file, Operation.Update);
        CheckLength(file, command.Data);
        if (file.Kind == FileKind.Cyclic)
        {
            CardStatusException.ThrowIf((command.P2 & 0x07) != Previous || command.P1 != 0, StatusWord.FunctionNotSupported);
            CardStatusException.ThrowIf(file.Records.Count == 0, StatusWord.RecordNotFound);
            AddNewest(card, file, command.Data);
            return CardResponse.Ok;
        }

        var number = RecordNumber(card, file, command);
        var record = file.Records[number - 1];
        RequireRoom(file, command.Data.Length - record.Length);
        file.Records[number - 1] = Stored(card, command.Data);
        card.CurrentRecord = number;
        return CardResponse.Ok;
    }

    public static CardResponse Append(CardRuntime card, in CardCommand command)
    {
        CardStatusException.ThrowIf(command.P1 != 0 || (command.P2 & 0x07) != 0, StatusWord.WrongP1P2);
        var file = SelectFile(card, command);
        card.Require(file, Operation.Append);
        CheckLength(file, command.Data);
        if (file.Kind == FileKind.Cyclic)
        {
            AddNewest(card, file, command.Data);
            return CardResponse.Ok;
        }

        CardStatusException.ThrowIf(file.Records.Count == file.MaxRecords, StatusWord.NotEnoughMemory);
        RequireRoom(file, command.Data.Length);
        file.Records.Add(Stored(card, command.Data));
        card.CurrentRecord = file.Records.Count;
        return CardResponse.Ok;
    }

    static CardFile SelectFile(CardRuntime card, in CardCommand command)
    {
        var sfi = command.P2 >> 3;
        CardStatusException.ThrowIf(sfi == 31, StatusWord.WrongP1P2);
        if (sfi != 0)
            card.MakeCurrent(ElementaryFiles.ByShortId(card, sfi));
        var file = card.CurrentEf ?? throw new CardStatusException(StatusWord.NoCurrentFile);
        CardStatusException.ThrowIf(!file.HasRecords, StatusWord.WrongFileStructure);
        return file;
    }

    static int RecordNumber(CardRuntime card, CardFile file, in CardCommand command)
    {
        var mode = command.P2 & 0x07;
        // Record identifiers (P1 not 00 with an occurrence) and several records at once are not on this card.
        CardStatusException.ThrowIf(mode > ByNumber || (mode < ByNumber && command.P1 != 0), StatusWord.FunctionNotSupported);
        var number = mode switch
        {
            First => 1,
            Last => file.Records.Count,
            Next => card.CurrentRecord + 1,
            Previous => card.CurrentRecord == 0 ? file.Records.Count : card.CurrentRecord - 1,
            _ => command.P1 == 0 ? card.CurrentRecord : command.P1,
        };
        CardStatusException.ThrowIf(number < 1 || number > file.Records.Count, StatusWord.RecordNotFound);
        return number;
    }

    static void CheckLength(CardFile file, byte[] data) => CardStatusException.ThrowIf(
        data.Length == 0 || (file.Kind == FileKind.LinearVariable ? data.Length > file.RecordLength : data.Length != file.RecordLength),
        StatusWord.WrongLength);

    static void RequireRoom(CardFile file, int more) =>
        CardStatusException.ThrowIf(file.Records.Sum(r => r.Length) + more > file.Size, StatusWord.NotEnoughMemory);

    static void AddNewest(CardRuntime card, CardFile file, byte[] data)
    {
        if (file.Records.Count == file.MaxRecords)
            file.Records.RemoveAt(file.Records.Count - 1);
        file.Records.Insert(0, Stored(card, data));
        card.CurrentRecord = 1;
    }

    static byte[] Stored(CardRuntime card, byte[] data)
    {
        var record = new byte[data.Length];
        card.Store(data, record);
        return record;
    }
}
