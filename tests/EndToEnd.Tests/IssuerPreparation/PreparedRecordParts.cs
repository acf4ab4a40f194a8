using System.Buffers.Binary;
using System.Text;

namespace PersoMesh.EndToEnd.Tests.IssuerPreparation;

/// <summary>A record of <see cref="PreparedFileParts"/> taken apart by its layout on paper (docs/prepared-jobs.md).</summary>
sealed class PreparedRecordParts
{
    const int RecordHead = 8 + 8 + 4;
    const int CodeLength = 7;
    const int MacLength = 16;

    public PreparedRecordParts(byte[] record, bool readsOwnLayout = true)
    {
        for (var at = RecordHead; at < record.Length;)
        {
            var code = Encoding.ASCII.GetString(record, at, CodeLength).TrimEnd();
            var end = at + CodeLength + 4 + BinaryPrimitives.ReadInt32BigEndian(record.AsSpan(at + CodeLength));
            Modules.Add(code, record[(at + CodeLength + 4)..end]);
            at = end;
        }

        if (!readsOwnLayout)
            return;
        var chip = Modules["IC"];
        for (var at = 1; at < chip.Length;)
        {
            var end = at + 1 + 4 + BinaryPrimitives.ReadInt32BigEndian(chip.AsSpan(at + 1)) + MacLength;
            Applications.Add(chip[at], chip[(at + 1)..end]);
            at = end;
        }

        Assert.Equal(chip[0], Applications.Count);
    }

    /// <summary>By code: ID, DATA, IC, MAC.</summary>
    public Dictionary<string, byte[]> Modules { get; } = [];

    /// <summary>Length, application and MAC by the application's place, in PersoMesh's own layout.</summary>
    public Dictionary<int, byte[]> Applications { get; } = [];
}
