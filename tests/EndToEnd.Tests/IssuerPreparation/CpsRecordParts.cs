using System.Buffers.Binary;

namespace PersoMesh.EndToEnd.Tests.IssuerPreparation;

/// <summary>An IC module of EMV CPS taken apart by its layout on paper (STANDARDS.md §1.4), on its own.</summary>
sealed class CpsRecordParts
{
    const int KeyIdLength = 6;

    public CpsRecordParts(byte[] module)
    {
        Assert.Equal("02.1"u8, module.AsSpan(0, 4));
        var record = Long(module.AsSpan(4), out var rest);
        Assert.True(rest.IsEmpty);
        var head = Long(record, out var applications);
        Reference = Short(head, out _).ToArray();
        while (!applications.IsEmpty)
            Applications.Add(new Application(Long(applications, out applications)));
    }

    /// <summary>CRN.</summary>
    public byte[] Reference { get; }

    public List<Application> Applications { get; } = [];

    static ReadOnlySpan<byte> Short(ReadOnlySpan<byte> data, out ReadOnlySpan<byte> rest) => Take(data[1..], data[0], out rest);

    static ReadOnlySpan<byte> Long(ReadOnlySpan<byte> data, out ReadOnlySpan<byte> rest) =>
        Take(data[2..], BinaryPrimitives.ReadUInt16BigEndian(data), out rest);

    static ReadOnlySpan<byte> Take(ReadOnlySpan<byte> data, int length, out ReadOnlySpan<byte> rest)
    {
        rest = data[length..];
        return data[..length];
    }

    internal sealed class Application
    {
        public Application(ReadOnlySpan<byte> section)
        {
            var identity = Short(section, out var rest);
            Aid = Short(identity, out identity).ToArray();
            ReadKeys(Short(identity, out _));
            var processing = Long(rest, out rest);
            Owner = Short(processing, out _).ToArray();
            Assert.True(Long(rest, out rest).IsEmpty, "LOGDATA");
            ReadData(Long(rest, out rest));
            Assert.True(Short(rest, out rest).IsEmpty, "MACkey");
            Mac = rest.ToArray();
        }

        public byte[] Aid { get; }

        public byte[] Owner { get; }

        /// <summary>CMODE by DGI; a DGI that no transport key names is in clear.</summary>
        public Dictionary<int, byte> Modes { get; } = [];

        public List<(int Dgi, byte[] Value)> Groupings { get; } = [];

        public byte[] Mac { get; }

        void ReadKeys(ReadOnlySpan<byte> keys)
        {
            Assert.Equal(1, keys[0]);
            for (keys = keys[1..]; !keys.IsEmpty;)
            {
                var (mode, count) = (keys[KeyIdLength + 1], keys[KeyIdLength + 2]);
                keys = keys[(KeyIdLength + 3)..];
                for (; count > 0; count--, keys = keys[2..])
                    Modes.Add(BinaryPrimitives.ReadUInt16BigEndian(keys), mode);
            }
        }

        // EF, a BER length, then data groupings with lengths of one byte, or FF and two.
        void ReadData(ReadOnlySpan<byte> data)
        {
            Assert.Equal(0xEF, data[0]);
            data = data[(data[1] < 0x80 ? 2 : 2 + (data[1] & 0x7F))..];
            while (!data.IsEmpty)
            {
                var dgi = BinaryPrimitives.ReadUInt16BigEndian(data);
                var value = data[2] == 0xFF ? Long(data[3..], out data) : Short(data[2..], out data);
                Groupings.Add((dgi, value.ToArray()));
            }
        }
    }
}
