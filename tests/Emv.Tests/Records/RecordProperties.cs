using FsCheck;
using FsCheck.Fluent;
using PersoMesh.SmartCard;
using PersoMesh.SmartCard.DataGrouping;

namespace PersoMesh.Emv.Tests;

public class RecordProperties
{
    static Gen<ReadOnlyMemory<byte>> Memory(int min, int max) => Property.Bytes(min, max).Select(b => (ReadOnlyMemory<byte>)b);

    static Gen<IReadOnlyList<T>> ListOf<T>(Gen<T> item, int max) =>
        Gen.Choose(0, max).SelectMany(length => item.ArrayOf(length)).Select(items => (IReadOnlyList<T>)items);

    static Gen<ProcessingStep> Step =>
        from flags in Property.Byte.ArrayOf(5)
        from fields in Memory(0, 30).ArrayOf(6)
        select new ProcessingStep
        {
            Action = flags[0],
            Requirement = flags[1],
            Tag = flags[2],
            SecurityLevel = flags[3],
            UpdateLifeCycleData = flags[4],
            Order = fields[0],
            VersionControl = fields[1],
            Encryption = fields[2],
            Random = fields[3],
            Grouping = fields[4],
            DataPointer = fields[5],
        };

    static Gen<TransportKeyUse> TransportKey =>
        from id in Memory(6, 6)
        from type in Property.Byte
        from mode in Gen.Elements(TransportKeyMode.Cbc, TransportKeyMode.Ecb)
        from groupings in ListOf(Gen.Choose(0, 0xFFFF).Select(g => (ushort)g), 5)
        select new TransportKeyUse(id, type, mode, groupings);

    static Gen<IcApplication> Application =>
        from aid in Memory(5, 16)
        from keys in ListOf(TransportKey, 3)
        from version in Gen.Choose(-1, 255)
        from steps in ListOf(Step, 3)
        from fields in Memory(0, 40).ArrayOf(4)
        from groupings in ListOf(Property.Bytes(0, 300), 3)
        select new IcApplication
        {
            Aid = aid,
            TransportKeys = keys,
            TransportKeyVersion = version < 0 ? null : (byte)version,
            Steps = steps,
            OwnerId = fields[0],
            LogData = fields[1],
            EncipheredMacKey = fields[2],
            Mac = fields[3],
            Data = IcApplication.EncodeData(groupings.Select((g, i) => new Dgi((ushort)(0x0101 + i), g))),
        };

    static Gen<IcModule> Module =>
        from reference in Memory(0, 20)
        from processIds in Memory(0, 3)
        from aids in ListOf(Memory(5, 16), 3)
        from applications in ListOf(Application, 3)
        select new IcModule { CardReference = reference, ProcessIds = processIds, Aids = aids, Applications = applications };

    static Gen<PersonalizationModule> SomeModule =>
        from code in Gen.Elements("IC", "MAG", "EMBOSS1")
        from data in Memory(0, 50)
        select new PersonalizationModule(code, data);

    [Fact]
    public void Writing_what_was_parsed_from_what_was_written_changes_nothing() =>
        Property.Holds(Module, module =>
        {
            var encoded = IcModuleFormat.Default.Write(module);
            var parsed = IcModuleFormat.Default.Parse(encoded);
            return IcModuleFormat.Default.Write(parsed).AsSpan().SequenceEqual(encoded)
                && parsed.Applications.Count == module.Applications.Count
                && parsed.Applications.Zip(module.Applications).All(pair =>
                    pair.First.ReadGroupings().SequenceEqual(pair.Second.ReadGroupings())
                    && pair.First.Steps.Count == pair.Second.Steps.Count
                    && pair.First.TransportKeys.Count == pair.Second.TransportKeys.Count);
        });

    [Fact]
    public void Whatever_an_ic_module_is_parsed_from_is_written_back_or_refused_with_an_offset_inside() =>
        Property.Holds(
            Module.SelectMany(m => Property.Hostile(IcModuleFormat.Default.Write(m))),
            data =>
            {
                try
                {
                    var module = IcModuleFormat.Default.Parse(data);
                    var groupings = module.Applications.Sum(a => a.Steps.Sum(s => a.ReadGroupings(s.Tag).Count));
                    return groupings >= 0 && IcModuleFormat.Default.Write(module).AsSpan().SequenceEqual(data);
                }
                catch (CardDataException e)
                {
                    return e.Offset >= 0 && e.Offset <= data.Length;
                }
            },
            times: 2000);

    [Fact]
    public void Records_come_back_from_a_file_as_they_were_written() =>
        Property.Holds(
            ListOf(ListOf(SomeModule, 4), 4),
            records =>
            {
                var file = records.SelectMany(r => PersonalizationRecordFormat.Default.Write(new(r))).ToArray();
                using var stream = new MemoryStream(file);
                var reader = new PersonalizationRecordReader(stream, PersonalizationRecordFormat.Default);
                List<byte> again = [];
                // A memory stream completes at once.
                while (reader.ReadAsync().AsTask().GetAwaiter().GetResult() is { } record)
                    again.AddRange(PersonalizationRecordFormat.Default.Write(record));
                return again.SequenceEqual(file);
            });

    [Fact]
    public void A_hostile_file_ends_or_is_refused() =>
        Property.Holds(
            Property.Hostile(
                PersonalizationRecordFormat.Default.Write(new([new("IC", Hex.Bytes("0102")), new("MAG", Hex.Bytes("030405"))]))),
            data => Property.OnlyThrows<CardDataException>(() =>
            {
                using var stream = new MemoryStream(data);
                var reader = new PersonalizationRecordReader(stream, PersonalizationRecordFormat.Default);
                while (reader.ReadAsync().AsTask().GetAwaiter().GetResult() is not null)
                {
                }
            }),
            times: 2000);

    [Fact]
    public void Locators_and_data_object_lists_are_written_back_or_refused() =>
        Property.Holds(
            Property.Hostile(Hex.Bytes("080202001001020018010201"), Hex.Bytes("9F02069F03069F1A0295055F2A029A039C019F3704")),
            data => (!ApplicationFileLocator.TryParse(data, out var locator) || locator.ToArray().AsSpan().SequenceEqual(data))
                && (!DataObjectList.TryParse(data, out var list) || list.ToArray().AsSpan().SequenceEqual(data)),
            times: 2000);
}
