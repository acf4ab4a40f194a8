namespace PersoMesh.FileSystemCard.Files;

/// <summary>File control parameters (ISO/IEC 7816-4 §5.3.3).</summary>
static class FileParameters
{
    const ushort CurrentDfId = 0x3FFF;
    const ushort ReservedId = 0xFFFF;

    /// <summary>The data objects that SELECT returns, without the template around them.</summary>
    public static byte[] Encode(CardFile file)
    {
        List<byte> encoded = [];
        Add(0x82, file.Descriptor);
        Add(0x83, (byte)(file.FileId >> 8), (byte)file.FileId);
        if (file.DfName is not null)
            Add(0x84, file.DfName);
        encoded.AddRange(file.Proprietary);
        Add(0x8A, file.LifeCycleStatus);
        if (file.Rules is not null)
            Add(0x8C, file.Rules);
        if (!file.IsDf)
        {
            Add(0x80, (byte)(file.Size >> 8), (byte)file.Size);
            Add(0x88, file.ShortFileId == 0 ? [] : [(byte)(file.ShortFileId << 3)]);
        }

        return [.. encoded];

        void Add(int tag, params byte[] value) => encoded.AddRange(BerTlv.Encode(tag, value));
    }

    /// <summary>The file that the data field of CREATE FILE asks for.</summary>
    /// <param name="objects">Data objects of the template.</param>
    /// <param name="parent">The DF that it goes into.</param>
    /// <param name="longestRecord">The longest record that one command can bring.</param>
    /// <param name="recordsExist">Whether records of one size exist from the beginning.</param>
    /// <exception cref="CardStatusException">6A80 for what is malformed or missing, 6A81 for what this card does not have.</exception>
    public static CardFile Decode(List<(int Tag, byte[] Value)> objects, CardFile parent, int longestRecord, bool recordsExist)
    {
        CardStatusException.ThrowIf(objects.DistinctBy(o => o.Tag).Count() != objects.Count, StatusWord.WrongData);
        CardStatusException.ThrowIf(
            objects.Exists(o => o.Tag is not (0x80 or 0x82 or 0x83 or 0x84 or 0x85 or 0x88 or 0x8A or 0x8C or 0xA5)), StatusWord.WrongData);

        var descriptor = Value(objects, 0x82) ?? [];
        Require(descriptor.Length is >= 1 and <= 6);
        var kind = KindOf(descriptor[0]);
        var isDf = kind == FileKind.Df;
        var name = Value(objects, 0x84);
        Require(name is null || (isDf && name.Length is >= 1 and <= 16));
        var size = Value(objects, 0x80);
        Require(size is null or { Length: 1 or 2 } && (!isDf || size is null) && (kind != FileKind.Transparent || size is not null));
        var (recordLength, maxRecords) = kind is FileKind.Df or FileKind.Transparent ? (0, 0) : RecordsOf(descriptor, longestRecord);

        var isFixed = kind is FileKind.LinearFixed or FileKind.Cyclic;
        var bytes = size is null || isFixed ? recordLength * maxRecords : Number(size);
        return new()
        {
            FileId = IdOf(Value(objects, 0x83)),
            Kind = kind,
            Descriptor = descriptor,
            DfName = name,
            ShortFileId = isDf ? (byte)0 : ShortIdOf(Value(objects, 0x88), Value(objects, 0x83)!, parent),
            LifeCycleStatus = LifeCycleOf(Value(objects, 0x8A)),
            Rules = Value(objects, 0x8C),
            Proprietary = [.. objects.Where(o => o.Tag is 0x85 or 0xA5).SelectMany(o => BerTlv.Encode(o.Tag, o.Value))],
            Size = bytes,
            RecordLength = recordLength,
            MaxRecords = maxRecords,
            Content = kind == FileKind.Transparent ? new byte[bytes] : [],
            Records = isFixed && recordsExist ? [.. Enumerable.Range(0, maxRecords).Select(_ => new byte[recordLength])] : [],
        };
    }

    static FileKind KindOf(byte descriptor) => (descriptor & ~0x40) switch
    {
        0x38 => FileKind.Df,
        0x01 => FileKind.Transparent,
        0x02 => FileKind.LinearFixed,
        0x04 => FileKind.LinearVariable,
        0x06 => FileKind.Cyclic,
        _ => throw new CardStatusException(StatusWord.FunctionNotSupported),
    };

    // Descriptor byte, data coding byte, maximum record size on one or two bytes, number of records on one or two bytes.
    static (int Length, int Count) RecordsOf(byte[] descriptor, int longestRecord)
    {
        Require(descriptor.Length >= 5);
        var (length, count) = (Number(descriptor.AsSpan(2, 2)), Number(descriptor.AsSpan(4)));
        Require(length >= 1 && length <= longestRecord && count is >= 1 and <= 254);
        return (length, count);
    }

    static ushort IdOf(byte[]? value)
    {
        Require(value is { Length: 2 });
        var id = (ushort)Number(value!);
        Require(id is not (CardFile.MasterFileId or CurrentDfId or ReservedId or 0));
        return id;
    }

    // Without tag 88 the low five bits of the file identifier serve, when they are 1 to 30; an empty one means that there is none.
    static byte ShortIdOf(byte[]? value, byte[] fileId, CardFile parent)
    {
        if (value is { Length: 0 })
            return 0;
        var id = value is null ? fileId[1] & 0x1F : value[0] >> 3;
        var isTaken = parent.Children.Exists(c => c.ShortFileId == id);
        if (value is null)
            return (byte)(id == 31 || isTaken ? 0 : id);
        Require(value.Length == 1 && (value[0] & 0x07) == 0 && id is >= 1 and <= 30);
        CardStatusException.ThrowIf(isTaken, StatusWord.FileAlreadyExists);
        return (byte)id;
    }

    static byte LifeCycleOf(byte[]? value)
    {
        if (value is null)
            return LifeCycle.Creation;
        Require(value is [LifeCycle.Creation or LifeCycle.Initialisation or LifeCycle.Activated]);
        return value[0];
    }

    static byte[]? Value(List<(int Tag, byte[] Value)> objects, int tag) => objects.Find(o => o.Tag == tag).Value;

    static int Number(ReadOnlySpan<byte> bytes)
    {
        var number = 0;
        foreach (var b in bytes)
            number = number << 8 | b;
        return number;
    }

    static void Require(bool condition) => CardStatusException.ThrowIf(!condition, StatusWord.WrongData);
}
