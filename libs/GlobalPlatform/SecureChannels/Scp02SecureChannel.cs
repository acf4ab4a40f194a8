using System.Buffers.Binary;
using System.Security.Cryptography;
using PersoMesh.Keys;
using PersoMesh.SmartCard;

namespace PersoMesh.GlobalPlatform;

/// <summary>
/// SCP02 with explicit initiation and the C-MAC on the modified APDU (GPC 2.3.1 Appendix E): i = 04, 05, 14, 15, each also with 20 (R-MAC)
/// and 40 (pseudo-random challenge). Implicit initiation and the C-MAC on the unmodified APDU are refused.
/// </summary>
public sealed class Scp02SecureChannel : SecureChannel
{
    const int Block = 8;
    const int PendingHeader = 5;

    static readonly byte[] ZeroBlock = new byte[Block];

    ISecretKey? _enc;
    ISecretKey? _dek;
    RetailMacKey? _cMac;
    RetailMacKey? _rMac;

    internal Scp02SecureChannel(CardKeys keys, ChannelState state)
        : base(keys, state)
    {
        if (state is not { HostChallenge.Length: 8, CardChallenge.Length: 6 })
            throw new SecureChannelException("SCP02 takes an 8-byte host challenge and a 6-byte card challenge.");
    }

    private protected override int MacLength => Block;

    private protected override int BlockLength => Block;

    ISecretKey SEnc => _enc ??= Scp02Kdf.DeriveEnc(Keys, State.SequenceCounter);

    RetailMacKey SMac => _cMac ??= Scp02Kdf.DeriveCMac(Keys, State.SequenceCounter);

    RetailMacKey SRMac => _rMac ??= Scp02Kdf.DeriveRMac(Keys, State.SequenceCounter);

    ISecretKey SDek => _dek ??= Scp02Kdf.DeriveDek(Keys, State.SequenceCounter);

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        _enc?.Dispose();
        _dek?.Dispose();
        _cMac?.Dispose();
        _rMac?.Dispose();
        (_enc, _dek, _cMac, _rMac) = (null, null, null, null);
    }

    private protected override void RefuseUnsupportedLevel()
    {
        if ((Implementation & Scp02Implementation.ExplicitInitiation) == 0
            || (Implementation & Scp02Implementation.MacOnUnmodifiedApdu) != 0)
        {
            throw new SecureChannelException(
                $"SCP02 i = {Implementation:X2}: only explicit initiation (bit 04) with C-MAC on the modified APDU (no bit 02) is spoken.");
        }

        if ((byte)Level is not (0x00 or 0x01 or 0x03 or 0x10 or 0x11 or 0x13))
            throw new SecureChannelException($"SCP02 has no security level {(byte)Level:X2} (GPC 2.3.1 table E-12).");
        if (Level.HasFlag(SecurityLevel.RMac) && (Implementation & Scp02Implementation.RMacSupport) == 0)
            throw new SecureChannelException($"SCP02 i = {Implementation:X2} has no R-MAC (bit 20); level {(byte)Level:X2} asks for it.");
    }

    private protected override bool IsConsistent() =>
        (State.CommandChain.Length, State.ResponseChain.Length) == (State.Authenticated ? (Block, Block) : (0, 0))
        && State.Commands >= State.Pending.Count
        && State.Pending.All(p => p.Length >= PendingHeader && p.Length - PendingHeader == SentLength(p[PendingHeader - 1]));

    private protected override byte[] ComputeCardCryptogram() =>
        ComputeCryptogram([.. State.HostChallenge, .. SequenceCounterBytes, .. State.CardChallenge]);

    private protected override byte[] ComputeHostCryptogram() =>
        ComputeCryptogram([.. SequenceCounterBytes, .. State.CardChallenge, .. State.HostChallenge]);

    private protected override CommandApdu Protect(CommandApdu plain, SecurityLevel level)
    {
        // A response can only carry an R-MAC when one is expected: cases 1 and 3 become 2 and 4 (GPC 2.3.1 §E.4.5).
        var ne = plain.Ne ?? (level.HasFlag(SecurityLevel.RMac) ? 256 : null);
        var data = plain.Data.Span;
        if (level != SecurityLevel.None && data.Length > SecureMessagingLimits.MaxPlainData(Protocol, level))
            throw new ArgumentException($"{plain.Header}: {data.Length} bytes of data do not fit in one command of SCP02.", nameof(plain));
        if (!level.HasFlag(SecurityLevel.CMac))
            return new CommandApdu(plain.Cla, plain.Ins, plain.P1, plain.P2, plain.Data, ne);

        // The MAC covers the plain data and the length that the command would have without encryption (§E.4.4, §E.4.6).
        var mac = ComputeCMac([ClassByte.Maced(plain.Cla), plain.Ins, plain.P1, plain.P2, (byte)(data.Length + Block), .. data]);
        byte[] body = level.HasFlag(SecurityLevel.CDecryption) && !data.IsEmpty ? Encrypt(data) : [.. data];
        State.CommandChain = mac;
        return new CommandApdu(ClassByte.Secured(plain.Cla), plain.Ins, plain.P1, plain.P2, (byte[])[.. body, .. mac], ne);
    }

    // The R-MAC covers the plain command, but it is chained to the R-MAC before it, which only the card can tell: keep the command as it
    // was sent.
    private protected override byte[] DescribePending(CommandApdu plain, CommandApdu sent) =>
    [
        ClassByte.Stripped(plain.Cla), plain.Ins, plain.P1, plain.P2, (byte)plain.Data.Length,
        .. Level.HasFlag(SecurityLevel.CMac) ? sent.Data.Span[..^Block] : sent.Data.Span,
    ];

    private protected override ResponseApdu Verify(byte[] pending, ResponseApdu answer, int commandNumber)
    {
        var protectedAnswer = answer.IsSuccess || StatusWords.IsWarning(answer.StatusWord);
        if (protectedAnswer && answer.Data.Length < Block)
            throw new ResponseMacMismatchException(commandNumber, "the R-MAC is missing");
        var plain = protectedAnswer ? answer.Data[..^Block] : default;
        var computed = ComputeRMac(pending, plain.Span, answer.StatusWord);
        if (protectedAnswer && !CryptographicOperations.FixedTimeEquals(computed, answer.Data.Span[^Block..]))
            throw new ResponseMacMismatchException(commandNumber, "the R-MAC is wrong");

        // The card computes and chains an R-MAC for errors too, whether it sends it or not (§E.4.5).
        if (!protectedAnswer && !answer.Data.IsEmpty && !CryptographicOperations.FixedTimeEquals(computed, answer.Data.Span))
            throw new ResponseMacMismatchException(commandNumber, "the R-MAC of the error status is wrong");
        State.ResponseChain = computed;
        return new ResponseApdu(plain, answer.StatusWord);
    }

    private protected override void EncryptUnderDek(ReadOnlySpan<byte> padded, Span<byte> encrypted) => SDek.EncryptEcb(padded, encrypted);

    byte[] SequenceCounterBytes => [(byte)(State.SequenceCounter >> 8), (byte)State.SequenceCounter];

    int SentLength(int plainLength) =>
        Level.HasFlag(SecurityLevel.CDecryption) && plainLength > 0 ? Padding.PaddedLength(plainLength, Block) : plainLength;

    // Full 3DES CBC-MAC (§B.1.2.1).
    byte[] ComputeCryptogram(ReadOnlySpan<byte> message)
    {
        var padded = Padding.Pad(message, Block);
        SEnc.EncryptCbc(ZeroBlock, padded, padded);
        return padded[^Block..];
    }

    byte[] ComputeCMac(ReadOnlySpan<byte> message)
    {
        var mac = new byte[Block];
        if (State.CommandChain.Length == 0)
            SMac.ComputeMac(ZeroBlock, Padding.Pad(message, Block), mac);
        else if ((Implementation & Scp02Implementation.IcvEncryption) == 0)
            SMac.ComputeMac(State.CommandChain, Padding.Pad(message, Block), mac);
        else
            // The ICV is the previous C-MAC under single DES with the left half of S-MAC (§E.3.4): the same as one more block in front of
            // the message.
            SMac.ComputeMac(ZeroBlock, Padding.Pad([.. State.CommandChain, .. message], Block), mac);
        return mac;
    }

    byte[] ComputeRMac(ReadOnlySpan<byte> pending, ReadOnlySpan<byte> data, ushort statusWord)
    {
        byte[] command = pending[PendingHeader..].ToArray();
        if (Level.HasFlag(SecurityLevel.CDecryption) && command.Length > 0)
            SEnc.DecryptCbc(ZeroBlock, command, command);
        byte[] message = [.. pending[..PendingHeader], .. command.AsSpan(0, pending[PendingHeader - 1]), (byte)data.Length, .. data, 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(message.Length - 2), statusWord);
        var mac = new byte[Block];
        SRMac.ComputeMac(State.ResponseChain, Padding.Pad(message, Block), mac);
        return mac;
    }

    byte[] Encrypt(ReadOnlySpan<byte> data)
    {
        var padded = Padding.Pad(data, Block);
        SEnc.EncryptCbc(ZeroBlock, padded, padded);
        return padded;
    }
}
