using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using PersoMesh.Keys;
using PersoMesh.SmartCard;

namespace PersoMesh.GlobalPlatform;

/// <summary>SCP03 with AES-128, -192 or -256 keys (GPC Amendment D 1.1.1), in S8 mode and in the S16 mode of later versions.</summary>
public sealed class Scp03SecureChannel : SecureChannel
{
    const int Block = 16;
    const int PendingLength = Block + 4;

    // Holds every short command and response.
    const int MaxOnStack = 512;

    readonly byte[] _context;
    ISecretKey? _enc;
    ISecretKey? _mac;
    ISecretKey? _rMac;

    internal Scp03SecureChannel(CardKeys keys, ChannelState state)
        : base(keys, state)
    {
        if (state.HostChallenge.Length != MacLength || state.CardChallenge.Length != MacLength)
            throw new SecureChannelException($"SCP03 with i = {state.Implementation:X2} takes challenges of {MacLength} bytes.");
        _context = [.. state.HostChallenge, .. state.CardChallenge];
    }

    private protected override int MacLength => (Implementation & Scp03Implementation.S16) == 0 ? 8 : 16;

    private protected override int BlockLength => Block;

    ISecretKey SEnc => _enc ??= Scp03Kdf.DeriveKey(Keys.Enc, Scp03Kdf.SEnc, _context);

    ISecretKey SMac => _mac ??= Scp03Kdf.DeriveKey(Keys.Mac, Scp03Kdf.SMac, _context);

    ISecretKey SRMac => _rMac ??= Scp03Kdf.DeriveKey(Keys.Mac, Scp03Kdf.SRMac, _context);

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        _enc?.Dispose();
        _mac?.Dispose();
        _rMac?.Dispose();
        (_enc, _mac, _rMac) = (null, null, null);
    }

    private protected override void RefuseUnsupportedLevel()
    {
        if ((byte)Level is not (0x00 or 0x01 or 0x03 or 0x11 or 0x13 or 0x33))
            throw new SecureChannelException($"SCP03 has no security level {(byte)Level:X2} (GPC Amendment D table 7-3).");
        var needed = (Level.Has(SecurityLevel.RMac) ? Scp03Implementation.RMacSupport : 0)
            | (Level.Has(SecurityLevel.REncryption) ? Scp03Implementation.REncryptionSupport : 0);
        if ((Implementation & needed) != needed)
            throw new SecureChannelException($"SCP03 i = {Implementation:X2} of this card does not support level {(byte)Level:X2}.");
    }

    private protected override bool IsConsistent() =>
        State.CommandChain.Length == (State.Authenticated ? Block : 0)
        && State.Commands >= State.Pending.Count
        && State.Pending.All(p => p.Length == PendingLength);

    private protected override byte[] ComputeCardCryptogram() => Scp03Kdf.DeriveData(SMac, Scp03Kdf.CardCryptogram, _context, MacLength);

    private protected override byte[] ComputeHostCryptogram() => Scp03Kdf.DeriveData(SMac, Scp03Kdf.HostCryptogram, _context, MacLength);

    private protected override CommandApdu Protect(CommandApdu plain, SecurityLevel level)
    {
        if (!level.Has(SecurityLevel.CMac))
            return plain;
        var encrypts = level.Has(SecurityLevel.CDecryption) && !plain.Data.IsEmpty;
        var counts = level.Has(SecurityLevel.CDecryption)
            && (!plain.Data.IsEmpty || !State.Quirks.Has(CardQuirks.CounterOnlyWithData));
        var counter = counts ? State.EncryptionCounter + 1 : State.EncryptionCounter;

        // The data is encrypted first; the MAC covers what is sent, without Le (§6.2.4, §6.2.6): chain ‖ header ‖ Lc ‖ data.
        var dataLength = encrypts ? Padding.PaddedLength(plain.Data.Length, Block) : plain.Data.Length;
        var lc = dataLength + MacLength;
        var isExtended = lc > 255 || plain.Ne > 256;
        var dataAt = Block + 4 + (isExtended ? 3 : 1);
        var length = dataAt + dataLength;
        var rented = length <= MaxOnStack ? null : ArrayPool<byte>.Shared.Rent(length);
        var message = (rented ?? stackalloc byte[MaxOnStack])[..length];
        Span<byte> mac = stackalloc byte[Block];
        try
        {
            if (encrypts)
                Encrypt(plain.Data.Span, counter, message[(dataAt - Block)..]);
            else
                plain.Data.Span.CopyTo(message[dataAt..]);
            WriteHead(message[..dataAt], plain, lc, isExtended);
            SMac.Cmac(message, mac);
            var body = new byte[lc];
            message[dataAt..].CopyTo(body);
            mac[..MacLength].CopyTo(body.AsSpan(dataLength));
            var command = new CommandApdu(ClassByte.Secured(plain.Cla), plain.Ins, plain.P1, plain.P2, body, plain.Ne);
            State.SetCommandChain(mac);
            State.EncryptionCounter = counter;
            return command;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(message);
            if (rented is not null)
                ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private protected override byte[] DescribePending(CommandApdu plain, CommandApdu sent)
    {
        var pending = TakeSpare(PendingLength);
        State.CommandChain.CopyTo(pending, 0);
        BinaryPrimitives.WriteInt32BigEndian(pending.AsSpan(Block), State.EncryptionCounter);
        return pending;
    }

    private protected override ResponseApdu Verify(byte[] pending, ResponseApdu answer, int commandNumber)
    {
        if (!answer.IsSuccess && !StatusWords.IsWarning(answer.StatusWord))
            return answer;
        if (answer.Data.Length < MacLength)
            throw new ResponseMacMismatchException(commandNumber, "the R-MAC is missing");
        var data = answer.Data[..^MacLength];
        var length = Block + data.Length + 2;
        var rented = length <= MaxOnStack ? null : ArrayPool<byte>.Shared.Rent(length);
        var message = (rented ?? stackalloc byte[MaxOnStack])[..length];
        pending.AsSpan(0, Block).CopyTo(message);
        data.Span.CopyTo(message[Block..]);
        BinaryPrimitives.WriteUInt16BigEndian(message[^2..], answer.StatusWord);
        Span<byte> mac = stackalloc byte[Block];
        SRMac.Cmac(message, mac);
        CryptographicOperations.ZeroMemory(message);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        if (!CryptographicOperations.FixedTimeEquals(mac[..MacLength], answer.Data.Span[^MacLength..]))
            throw new ResponseMacMismatchException(commandNumber, "the R-MAC is wrong");
        if (Level.Has(SecurityLevel.REncryption) && !data.IsEmpty)
            data = Decrypt(data.Span, BinaryPrimitives.ReadInt32BigEndian(pending.AsSpan(Block)), commandNumber);
        return new ResponseApdu(data, answer.StatusWord);
    }

    private protected override void EncryptUnderDek(ReadOnlySpan<byte> padded, Span<byte> encrypted)
    {
        Span<byte> zero = stackalloc byte[Block];
        zero.Clear();
        Keys.Dek.EncryptCbc(zero, padded, encrypted);
    }

    // The ICV is the counter block encrypted under S-ENC, and CBC goes on from it (§6.2.6): one CBC call over counter ‖ data gives both.
    void Encrypt(ReadOnlySpan<byte> data, int counter, Span<byte> blocks)
    {
        WriteCounter(blocks[..Block], counter, isResponse: false);
        Padding.Write(data, blocks[Block..]);
        Span<byte> zero = stackalloc byte[Block];
        zero.Clear();
        SEnc.EncryptCbc(zero, blocks, blocks);
    }

    ReadOnlyMemory<byte> Decrypt(ReadOnlySpan<byte> encrypted, int counter, int commandNumber)
    {
        if (encrypted.Length % Block != 0)
            throw new ResponseMacMismatchException(commandNumber, "the encrypted data is no whole number of blocks");
        Span<byte> icv = stackalloc byte[Block];
        WriteCounter(icv, counter, isResponse: true);
        SEnc.EncryptEcb(icv, icv);
        var plain = new byte[encrypted.Length];
        SEnc.DecryptCbc(icv, encrypted, plain);
        return Padding.UnpaddedLength(plain) is >= 0 and var length
            ? plain.AsMemory(0, length)
            : throw new ResponseMacMismatchException(commandNumber, "the decrypted data has no valid padding");
    }

    void WriteHead(Span<byte> head, CommandApdu plain, int lc, bool isExtended)
    {
        head.Clear();
        State.CommandChain.CopyTo(head);
        head[Block] = ClassByte.Maced(plain.Cla);
        head[Block + 1] = plain.Ins;
        head[Block + 2] = plain.P1;
        head[Block + 3] = plain.P2;
        if (isExtended)
            BinaryPrimitives.WriteUInt16BigEndian(head[^2..], (ushort)lc);
        else
            head[^1] = (byte)lc;
    }

    static void WriteCounter(Span<byte> block, int counter, bool isResponse)
    {
        block.Clear();
        block[0] = (byte)(isResponse ? 0x80 : 0x00);
        BinaryPrimitives.WriteInt32BigEndian(block[^4..], counter);
    }
}
