namespace PersoMesh.Perso.Card.Fuzzing;

/// <summary>Random numbers that are the same everywhere for the same seed and input number (SplitMix64): an input can be made again alone.</summary>
struct FuzzRandom(ulong seed, long input)
{
    const ulong Golden = 0x9E3779B97F4A7C15;

    ulong _state = Mix(seed + Golden) ^ ((ulong)input * Golden);

    public ulong Next() => Mix(_state += Golden);

    /// <summary>0 to <paramref name="limit"/> - 1.</summary>
    public int Next(int limit) => (int)(Next() % (ulong)limit);

    public void Fill(Span<byte> bytes)
    {
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] = (byte)Next();
    }

    static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
