using PersoMesh.SmartCard;
using PersoMesh.SmartCard.Commands;
using PersoMesh.SmartCard.FileSystem;
using PersoMesh.VirtualCards.Layout;

namespace PersoMesh.VirtualCards.Agents;

/// <summary>Reads back a personalized card, as far as its access conditions allow.</summary>
sealed class ReadBackPlan(Iso7816Dialect dialect, VirtualCard image)
{
    // 07 means the same as 05 (ISO/IEC 7816-4 §5.3.3.2).
    public static readonly LifeCycleStatus[] Activated = [LifeCycleStatus.Activated, (LifeCycleStatus)0x07];

    public List<CardStep> Steps()
    {
        List<CardStep> steps = [];
        foreach (var (path, file) in image.Layout.Files)
        {
            var parameters = FileParameters.Encode(file);
            steps.AddRange(ScriptBuilder.SelectSteps(
                path, step => step with { File = path, ExpectedParameters = parameters, ExpectedLifeCycles = Activated }));
            if (file is ElementaryFile { Access.Read.IsAlways: true } ef)
                Read(path, ef, steps);
        }

        foreach (var password in image.Passwords)
        {
            steps.Add(Iso7816Agent.Tries(password.Slot.Reference));
            steps.Add(Iso7816Agent.Verify(password.Slot.Reference, password.Encode()));
            foreach (var (path, ef) in image.Layout.ElementaryFiles.Where(f => f.Value.Access.Read.Password == password.Slot.Reference))
            {
                steps.AddRange(ScriptBuilder.SelectSteps(path));
                Read(path, ef, steps);
            }
        }

        return steps;
    }

    void Read(FilePath path, ElementaryFile ef, List<CardStep> steps)
    {
        var content = image.Read(path);
        if (ef.Structure == FileStructure.Transparent)
        {
            ReadTransparent(path, content[0], steps);
            return;
        }

        FileFiller.CheckRecordLength(dialect, path, ef);
        for (var number = 1; number <= content.Count; number++)
        {
            steps.Add(new(CardStepPurpose.Read, RecordCommands.Read(number), path) { Record = number, ExpectedData = content[number - 1] });
        }

        if (content.Count < 254)
        {
            // No record more than the image has.
            steps.Add(new(CardStepPurpose.Read, RecordCommands.Read(content.Count + 1), path)
            {
                Record = content.Count + 1,
                Expected = [StatusWords.RecordNotFound],
            });
        }
    }

    void ReadTransparent(FilePath path, ReadOnlyMemory<byte> content, List<CardStep> steps)
    {
        for (var offset = 0; offset < content.Length; offset += dialect.MaxResponseData)
        {
            if (offset > BinaryCommands.MaxOffset)
                throw FileFiller.BeyondReach(path, content.Length);
            var piece = content.Slice(offset, Math.Min(dialect.MaxResponseData, content.Length - offset));
            steps.Add(new(CardStepPurpose.Read, BinaryCommands.Read(offset, piece.Length), path) { Offset = offset, ExpectedData = piece });
        }
    }
}
