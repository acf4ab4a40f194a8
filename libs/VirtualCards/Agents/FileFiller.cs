using PersoMesh.SmartCard;
using PersoMesh.SmartCard.Commands;
using PersoMesh.SmartCard.FileSystem;
using PersoMesh.VirtualCards.Layout;

namespace PersoMesh.VirtualCards.Agents;

/// <summary>Writes the content of the current EF, in pieces that fit the card's commands.</summary>
/// <param name="dialect">What the card product decides.</param>
/// <param name="script">Receives the steps.</param>
/// <param name="restore">Steps that bring a card back to a volatile state.</param>
sealed class FileFiller(Iso7816Dialect dialect, ScriptBuilder script, Func<CardContext, IEnumerable<CardStep>> restore)
{
    public void Fill(FilePath path, ElementaryFile ef, IReadOnlyList<ReadOnlyMemory<byte>> content)
    {
        var isSecret = ef.Area is ImageAreas.Private or ImageAreas.Keys;
        if (ef.Structure == FileStructure.Transparent)
        {
            FillTransparent(path, content[0], isSecret);
            return;
        }

        CheckRecordLength(dialect, path, ef);
        for (var written = 0; written < content.Count; written++)
        {
            // The newest record of a cyclic EF is number 1: the oldest is written first.
            var number = ef.Structure == FileStructure.Cyclic ? content.Count - written : written + 1;
            var data = content[number - 1];
            if (ef.Structure == FileStructure.LinearFixed && dialect.RecordsExistAtCreation)
            {
                script.Add(Write(RecordCommands.Update(number, data), path, isSecret) with { Record = number });
                continue;
            }

            script.Add(
                Write(RecordCommands.Append(data), path, isSecret) with { Record = number },
                evidence: Evidence(path, ef, content, number, script.Context));
        }
    }

    public static void CheckRecordLength(Iso7816Dialect dialect, FilePath path, ElementaryFile ef)
    {
        var longest = Math.Min(dialect.MaxCommandData, dialect.MaxResponseData);
        if (ef.RecordLength > longest)
            throw new CardAgentException($"File {path} has records of {ef.RecordLength} bytes; a command of this card takes {longest}.");
    }

    public static CardAgentException BeyondReach(FilePath path, int length) =>
        new($"File {path} has {length} bytes; READ and UPDATE BINARY reach offset {BinaryCommands.MaxOffset}.");

    void FillTransparent(FilePath path, ReadOnlyMemory<byte> content, bool isSecret)
    {
        for (var offset = 0; offset < content.Length; offset += dialect.MaxCommandData)
        {
            if (offset > BinaryCommands.MaxOffset)
                throw BeyondReach(path, content.Length);
            var piece = content.Slice(offset, Math.Min(dialect.MaxCommandData, content.Length - offset));
            script.Add(Write(BinaryCommands.Update(offset, piece), path, isSecret) with { Offset = offset });
        }
    }

    // An appended record must not be appended again. In a linear EF it is there when its number is; in a cyclic one, when all that were
    // written so far are at their places: where that holds by chance (all of them zeros), appending once more changes nothing.
    Func<IEnumerable<CardStep>> Evidence(
        FilePath path, ElementaryFile ef, IReadOnlyList<ReadOnlyMemory<byte>> content, int number, CardContext context) =>
        () => restore(context).Concat(
            ef.Structure == FileStructure.Cyclic
                ? Enumerable.Range(0, content.Count - number + 1).Select(i => Read(path, i + 1, content[number - 1 + i]))
                : [Read(path, number, content[number - 1])]);

    static CardStep Read(FilePath path, int number, ReadOnlyMemory<byte> expected) =>
        new(CardStepPurpose.Read, RecordCommands.Read(number), path) { Record = number, ExpectedData = expected };

    static CardStep Write(CommandApdu command, FilePath path, bool isSecret) =>
        new(CardStepPurpose.Write, command, path) { IsSecret = isSecret };
}
