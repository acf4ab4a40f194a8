namespace PersoMesh.CardSimulator;

/// <summary>Blocks of consecutive STORE DATA commands: checks their numbers and keeps what is not processed yet.</summary>
sealed class StoreDataBlocks
{
    byte[] _buffer = [];
    byte _next;

    public static bool IsLast(in CardCommand command) => (command.P1 & 0x80) != 0;

    public int Count => _buffer.Length;

    /// <summary>Block numbers run from 00 and wrap after FF (GPC 2.3.1 §11.11.2.2).</summary>
    /// <exception cref="CardStatusException">6A86: a block is missing or came twice.</exception>
    public void Check(in CardCommand command)
    {
        CardStatusException.ThrowIf(command.P2 != _next, StatusWord.WrongP1P2);
        _next++;
    }

    public void Add(ReadOnlySpan<byte> data) => _buffer = _buffer.Length == 0 ? data.ToArray() : [.. _buffer, .. data];

    public void Remove(int count) => _buffer = _buffer[count..];

    public byte[] ToArray() => _buffer;
}
