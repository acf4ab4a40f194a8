using PersoMesh.Emv;
using PersoMesh.SmartCard;
using PersoMesh.SmartCard.DataGrouping;

namespace PersoMesh.Perso.Card;

/// <summary>Reads personalization records into what <c>perso record</c> shows, up to the first fault.</summary>
sealed class RecordDump(PersonalizationRecordFormat frame, IcModuleFormat chipFormat, string chipCode, bool withValues)
{
    public (List<RecordView> Records, CardDataError? Error) Read(Stream stream)
    {
        List<RecordView> records = [];
        var reader = new PersonalizationRecordReader(stream, frame);
        try
        {
            while (reader.ReadAsync().AsTask().GetAwaiter().GetResult() is { } record)
            {
                var (modules, error) = Read(record, reader.RecordNumber);
                records.Add(new(reader.RecordNumber, modules));
                if (error is not null)
                    return (records, error);
            }

            return (records, null);
        }
        catch (CardDataException e)
        {
            return (records, e.Error);
        }
    }

    (List<ModuleView> Modules, CardDataError? Error) Read(PersonalizationRecord record, long number)
    {
        List<ModuleView> modules = [];
        foreach (var module in record.Modules)
        {
            var isChip = module.Code == chipCode;
            try
            {
                var chip = isChip ? Read(chipFormat.Parse(module.Data)) : null;
                modules.Add(new(module.Code, module.Data.Length, isChip ? null : Value(module.Data), chip));
            }
            catch (CardDataException e)
            {
                modules.Add(new(module.Code, module.Data.Length, Value(module.Data), null));
                return (modules, e.Error with { Structure = $"record {number}, module {module.Code}, {e.Structure}" });
            }
        }

        return (modules, null);
    }

    ChipView Read(IcModule chip) => new(
        chip.Version, Value(chip.CardReference), chip.CollectedStatus,
        [.. chip.Aids.Select(CardOutput.Hex)], [.. chip.Applications.Select(Read)]);

    ApplicationView Read(IcApplication application) => new(
        CardOutput.Hex(application.Aid),
        [.. application.TransportKeys.Select(use => new TransportKeyView(
            CardOutput.Hex(use.KeyId), $"{use.KeyType:X2}", ModeName(use.Mode), [.. use.Groupings.Select(id => $"{id:X4}")]))],
        [.. application.Steps.Select(step => new StepView(
            $"{step.Action:X2}", $"{step.Requirement:X2}", $"{step.Tag:X2}", $"{step.SecurityLevel:X2}", Groups(step.Order), Groups(step.VersionControl), Groups(step.Grouping)))],
        application.Data.Length,
        [.. Tags(application).SelectMany(application.ReadGroupings).Select(Read)],
        application.Mac.IsEmpty ? null : application.Mac.Length);

    GroupingView Read(Dgi grouping) => new($"{grouping.Id:X4}", TlvDump.NameOf(grouping.Id), grouping.Value.Length, Value(grouping.Value));

    static IEnumerable<byte> Tags(IcApplication application) =>
        application.Steps.Count == 0 ? [ProcessingStep.DefaultTag] : application.Steps.Select(step => step.Tag).Distinct();

    static string ModeName(TransportKeyMode mode) => mode switch
    {
        TransportKeyMode.Cbc => "CBC",
        TransportKeyMode.Ecb => "ECB",
        _ => $"{(byte)mode:X2}",
    };

    static string? Groups(ReadOnlyMemory<byte> bytes) => bytes.IsEmpty ? null : CardOutput.Hex(bytes);

    string? Value(ReadOnlyMemory<byte> bytes) => withValues ? CardOutput.Hex(bytes) : null;
}
