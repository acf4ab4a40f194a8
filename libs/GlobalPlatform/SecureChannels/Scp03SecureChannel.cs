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
        var needed = (Level.HasFlag(SecurityLevel.RMac) ? Scp03Implementation.RMacSupport : 0)
            | (Level.HasFlag(SecurityLevel.REncryption) ? Scp03Implementation.REncryptionSupport : 0);
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
        if (!level.HasFlag(SecurityLevel.CMac))
            return plain;
        var data = plain.Data.ToArray();
        var counter = State.EncryptionCounter;
        if (level.HasFlag(SecurityLevel.CDecryption))
        {
            if (data.Length > 0 || !State.Quirks.HasFlag(CardQuirks.CounterOnlyWithData))
                counter++;
            if (data.Length > 0)
                data = Encrypt(data, counter);
        }

        // The data is encrypted first; the MAC covers what is sent, without Le (§6.2.4, §6.2.6).
        var length = data.Length + MacLength;
        byte[] lc = length <= 255 && plain.Ne is null or <= 256 ? [(byte)length] : [0, (byte)(length >> 8), (byte)length];
        var chain = State.CommandChain.Length == 0 ? new byte[Block] : State.CommandChain;
        byte[] message = [.. chain, ClassByte.Maced(plain.Cla), plain.Ins, plain.P1, plain.P2, .. lc, .. data];
        var mac = new byte[Block];
        SMac.Cmac(message, mac);
        (State.CommandChain, State.EncryptionCounter) = (mac, counter);
        byte[] body = [.. data, .. mac.AsSpan(0, MacLength)];
        return new CommandApdu(ClassByte.Secured(plain.Cla), plain.Ins, plain.P1, plain.P2, body, plain.Ne);
    }

    private protected override byte[] DescribePending(CommandApdu plain, CommandApdu sent)
    {
        byte[] pending = [.. State.CommandChain, 0, 0, 0, 0];
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
        byte[] message = [.. pending[..Block], .. data.Span, (byte)(answer.StatusWord >> 8), (byte)answer.StatusWord];
        var mac = new byte[Block];
        SRMac.Cmac(message, mac);
        if (!CryptographicOperations.FixedTimeEquals(mac.AsSpan(0, MacLength), answer.Data.Span[^MacLength..]))
            throw new ResponseMacMismatchException(commandNumber, "the R-MAC is wrong");
        if (Level.HasFlag(SecurityLevel.REncryption) && !data.IsEmpty)
            data = Decrypt(data.Span, BinaryPrimitives.ReadInt32BigEndian(pending.AsSpan(Block)), commandNumber);
        return new ResponseApdu(data, answer.StatusWord);
    }

    private protected override void EncryptUnderDek(ReadOnlySpan<byte> padded, Span<byte> encrypted) =>
        Keys.Dek.EncryptCbc(new byte[Block], padded, encrypted);

    // The ICV is the counter block encrypted under S-ENC, and CBC goes on from it (§6.2.6): one CBC call over counter ‖ data gives both.
    byte[] Encrypt(ReadOnlySpan<byte> data, int counter)
    {
        byte[] blocks = [.. CounterBlock(counter), .. Padding.Pad(data, Block)];
        SEnc.EncryptCbc(new byte[Block], blocks, blocks);
        return blocks[Block..];
    }

    byte[] Decrypt(ReadOnlySpan<byte> encrypted, int counter, int commandNumber)
    {
        if (encrypted.Length % Block != 0)
            throw new ResponseMacMismatchException(commandNumber, "the encrypted data is no whole number of blocks");
        var icv = CounterBlock(counter);
        icv[0] = 0x80;
        SEnc.EncryptEcb(icv, icv);
        var plain = new byte[encrypted.Length];
        SEnc.DecryptCbc(icv, encrypted, plain);
        return Padding.UnpaddedLength(plain) is >= 0 and var length
            ? plain[..length]
            : throw new ResponseMacMismatchException(commandNumber, "the decrypted data has no valid padding");
    }

    static byte[] CounterBlock(int counter)
    {
        var block = new byte[Block];
        BinaryPrimitives.WriteInt32BigEndian(block.AsSpan(Block - 4), counter);
        return block;
    }
}
