using System.Buffers.Binary;

namespace PersoMesh.GlobalPlatform;

/// <summary>
/// All that a secure channel session remembers between commands, except keys: those are derived again from the challenges.
/// </summary>
sealed class ChannelState
{
    const byte FormatVersion = 1;

    internal required SecureChannelProtocol Protocol { get; init; }

    internal required byte Implementation { get; init; }

    internal required SecurityLevel Level { get; init; }

    internal required CardQuirks Quirks { get; init; }

    internal required byte[] HostChallenge { get; init; }

    internal required byte[] CardChallenge { get; init; }

    internal required int SequenceCounter { get; init; }

    internal bool Authenticated { get; set; }

    /// <summary>An R-MAC did not verify: nothing may follow.</summary>
    internal bool Dead { get; set; }

    /// <summary>Commands wrapped since EXTERNAL AUTHENTICATE.</summary>
    internal int Commands { get; set; }

    /// <summary>SCP03: the encryption counter (GPC Amendment D 1.1.1 §6.2.6).</summary>
    internal int EncryptionCounter { get; set; }

    /// <summary>The last C-MAC: 8 bytes (SCP02) or 16 bytes (SCP03); empty before EXTERNAL AUTHENTICATE.</summary>
    internal byte[] CommandChain { get; private set; } = [];

    /// <summary>SCP02: the last R-MAC, 8 bytes; empty before EXTERNAL AUTHENTICATE and with SCP03.</summary>
    internal byte[] ResponseChain { get; set; } = [];

    /// <summary>What is needed to verify each answer that is still to come, in order; its content is the protocol's business.</summary>
    internal Queue<byte[]> Pending { get; } = new();

    /// <summary>Copies a C-MAC into <see cref="CommandChain"/>.</summary>
    internal void SetCommandChain(ReadOnlySpan<byte> mac)
    {
        if (CommandChain.Length != mac.Length)
            CommandChain = new byte[mac.Length];
        mac.CopyTo(CommandChain);
    }

    internal byte[] Serialize()
    {
        using var stream = new MemoryStream();
        Span<byte> number = stackalloc byte[4];
        var flags = (byte)((Authenticated ? 1 : 0) | (Dead ? 2 : 0));
        stream.Write([FormatVersion, (byte)Protocol, Implementation, (byte)Level, (byte)Quirks, flags]);
        foreach (var value in (ReadOnlySpan<int>)[SequenceCounter, Commands, EncryptionCounter, Pending.Count])
        {
            BinaryPrimitives.WriteInt32BigEndian(number, value);
            stream.Write(number);
        }

        foreach (var field in (IEnumerable<byte[]>)[HostChallenge, CardChallenge, CommandChain, ResponseChain, .. Pending])
        {
            BinaryPrimitives.WriteInt32BigEndian(number, field.Length);
            stream.Write(number);
            stream.Write(field);
        }

        return stream.ToArray();
    }

    internal static ChannelState Parse(ReadOnlySpan<byte> state)
    {
        if (state.Length < 22 || state[0] != FormatVersion)
            throw Malformed();
        var rest = state[22..];
        var result = new ChannelState
        {
            Protocol = (SecureChannelProtocol)state[1],
            Implementation = state[2],
            Level = (SecurityLevel)state[3],
            Quirks = (CardQuirks)state[4],
            SequenceCounter = BinaryPrimitives.ReadInt32BigEndian(state[6..]),
            HostChallenge = ReadField(ref rest),
            CardChallenge = ReadField(ref rest),
            Authenticated = (state[5] & 1) != 0,
            Dead = (state[5] & 2) != 0,
            Commands = BinaryPrimitives.ReadInt32BigEndian(state[10..]),
            EncryptionCounter = BinaryPrimitives.ReadInt32BigEndian(state[14..]),
            CommandChain = ReadField(ref rest),
            ResponseChain = ReadField(ref rest),
        };
        for (var pending = BinaryPrimitives.ReadInt32BigEndian(state[18..]); pending > 0; pending--)
            result.Pending.Enqueue(ReadField(ref rest));
        return rest.IsEmpty && Enum.IsDefined(result.Protocol) ? result : throw Malformed();
    }

    internal static SecureChannelException Malformed() =>
        new("The saved secure channel state cannot be read: cut, changed, or of another version. Open a new session with the card.");

    static byte[] ReadField(ref ReadOnlySpan<byte> rest)
    {
        if (rest.Length < 4)
            throw Malformed();
        var length = BinaryPrimitives.ReadInt32BigEndian(rest);
        if (length < 0 || length > rest.Length - 4)
            throw Malformed();
        var field = rest.Slice(4, length).ToArray();
        rest = rest[(4 + length)..];
        return field;
    }
}
