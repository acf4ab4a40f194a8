namespace PersoMesh.Perso.Card.Fuzzing;

/// <summary>Makes hostile inputs in a buffer of its own: good samples with a few changes, and noise. Not thread-safe.</summary>
sealed class FuzzInput
{
    /// <summary>The longest input in bytes.</summary>
    public const int MaxLength = 64 * 1024;

    const int UsualLength = 512;
    const int LongEvery = 8192;
    const int NoiseEvery = 5;
    const int MaxChanges = 4;

    readonly byte[] _buffer = new byte[MaxLength];
    readonly byte[] _scratch = new byte[MaxLength];
    int _length;

    // Values that lengths, tags and padding turn on.
    static ReadOnlySpan<byte> Telling => [0x00, 0x01, 0x1F, 0x7F, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0xFE, 0xFF];

    /// <summary>Makes an input; the one before is lost.</summary>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="number">Number of the input in the run.</param>
    /// <param name="samples">Well-formed data of the parser.</param>
    public ReadOnlyMemory<byte> Make(ulong seed, long number, IReadOnlyList<byte[]> samples)
    {
        var random = new FuzzRandom(seed, number);
        if (random.Next(NoiseEvery) == 0)
        {
            _length = random.Next(1 + (random.Next(LongEvery) == 0 ? MaxLength : random.Next(2) == 0 ? 40 : UsualLength));
            random.Fill(_buffer.AsSpan(0, _length));
            return _buffer.AsMemory(0, _length);
        }

        Append(samples[random.Next(samples.Count)], restart: true);
        for (var changes = random.Next(MaxChanges + 1); changes > 0; changes--)
            Change(ref random, samples);
        return _buffer.AsMemory(0, _length);
    }

    void Change(ref FuzzRandom random, IReadOnlyList<byte[]> samples)
    {
        var at = random.Next(_length + 1);
        var span = random.Next(Math.Min(_length - at, 16) + 1);
        switch (random.Next(9))
        {
            case 0 when at < _length:
                _buffer[at] = (byte)random.Next();
                break;
            case 1 when at < _length:
                _buffer[at] = Telling[random.Next(Telling.Length)];
                break;
            case 2 when at < _length:
                _buffer[at] += (byte)(random.Next(2) == 0 ? 1 : 0xFF);
                break;
            case 3 when at < _length:
                _buffer[at] ^= (byte)(1 << random.Next(8));
                break;
            case 4:
                _length = at;
                break;
            case 5:
                Splice(at, remove: span, _scratch.AsSpan(0, 0));
                break;
            case 6:
                random.Fill(_scratch.AsSpan(0, span));
                Splice(at, remove: 0, _scratch.AsSpan(0, span));
                break;
            case 7:
                _buffer.AsSpan(at, span).CopyTo(_scratch);
                Splice(at, remove: 0, _scratch.AsSpan(0, span));
                break;
            default:
                _length = at;
                var other = samples[random.Next(samples.Count)];
                Append(other.AsSpan(random.Next(other.Length + 1)), restart: false);
                break;
        }
    }

    void Splice(int at, int remove, ReadOnlySpan<byte> insert)
    {
        if (_length - remove + insert.Length > MaxLength)
            return;
        var tail = _buffer.AsSpan(at + remove, _length - at - remove);
        tail.CopyTo(_buffer.AsSpan(at + insert.Length));
        insert.CopyTo(_buffer.AsSpan(at));
        _length += insert.Length - remove;
    }

    void Append(ReadOnlySpan<byte> bytes, bool restart)
    {
        if (restart)
            _length = 0;
        var taken = bytes[..Math.Min(bytes.Length, MaxLength - _length)];
        taken.CopyTo(_buffer.AsSpan(_length));
        _length += taken.Length;
    }
}
