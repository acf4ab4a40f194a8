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
    const int PendingHeader = 5; // CLA INS P1 P2 Lc

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
        if (Level.Has(SecurityLevel.RMac) && (Implementation & Scp02Implementation.RMacSupport) == 0)
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
        var ne = plain.Ne ?? (level.Has(SecurityLevel.RMac) ? 256 : null);
        var data = plain.Data.Span;
        if (level != SecurityLevel.None && data.Length > SecureMessagingLimits.MaxPlainData(Protocol, level))
            throw new ArgumentException($"{plain.Header}: {data.Length} bytes of data do not fit in one command of SCP02.", nameof(plain));
        if (!level.Has(SecurityLevel.CMac))
            return new CommandApdu(plain.Cla, plain.Ins, plain.P1, plain.P2, plain.Data, ne);

        var encrypts = level.Has(SecurityLevel.CDecryption) && !data.IsEmpty;
        var bodyLength = encrypts ? Padding.PaddedLength(data.Length, Block) : data.Length;
        var body = new byte[bodyLength + Block];
        Span<byte> mac = stackalloc byte[Block];
        ComputeCMac(plain, mac);
        if (encrypts)
        {
            Padding.Write(data, body.AsSpan(0, bodyLength));
            SEnc.EncryptCbc(ZeroBlock, body.AsSpan(0, bodyLength), body.AsSpan(0, bodyLength));
        }
        else
        {
            data.CopyTo(body);
        }

        mac.CopyTo(body.AsSpan(bodyLength));
        State.SetCommandChain(mac);
        return new CommandApdu(ClassByte.Secured(plain.Cla), plain.Ins, plain.P1, plain.P2, body, ne);
    }

    // The R-MAC covers the plain command, but it is chained to the R-MAC before it, which only the card can tell: keep the command as it
    // was sent.
    private protected override byte[] DescribePending(CommandApdu plain, CommandApdu sent) =>
    [
        ClassByte.Stripped(plain.Cla), plain.Ins, plain.P1, plain.P2, (byte)plain.Data.Length,
        .. Level.Has(SecurityLevel.CMac) ? sent.Data.Span[..^Block] : sent.Data.Span,
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
        Level.Has(SecurityLevel.CDecryption) && plainLength > 0 ? Padding.PaddedLength(plainLength, Block) : plainLength;

    // Full 3DES CBC-MAC (§B.1.2.1).
    byte[] ComputeCryptogram(ReadOnlySpan<byte> message)
    {
        var padded = Padding.Pad(message, Block);
        SEnc.EncryptCbc(ZeroBlock, padded, padded);
        return padded[^Block..];
    }

    // The MAC covers the plain data and the length that the command would have without encryption (§E.4.4, §E.4.6).
    void ComputeCMac(CommandApdu plain, Span<byte> mac)
    {
        var data = plain.Data.Span;
        Span<byte> message = stackalloc byte[Block + PendingHeader + data.Length];
        State.CommandChain.CopyTo(message);
        message[Block] = ClassByte.Maced(plain.Cla);
        message[Block + 1] = plain.Ins;
        message[Block + 2] = plain.P1;
        message[Block + 3] = plain.P2;
        message[Block + 4] = (byte)(data.Length + Block);
        data.CopyTo(message[(Block + PendingHeader)..]);

        // The ICV is the previous C-MAC under single DES with the left half of S-MAC (§E.3.4): the same as one more block in front of the
        // message. Without ICV encryption it is that C-MAC itself; for the first command it is zero.
        var hasIcvBlock = State.CommandChain.Length > 0 && (Implementation & Scp02Implementation.IcvEncryption) != 0;
        var icv = hasIcvBlock || State.CommandChain.Length == 0 ? ZeroBlock : State.CommandChain;
        ReadOnlySpan<byte> covered = hasIcvBlock ? message : message[Block..];
        Span<byte> padded = stackalloc byte[Padding.PaddedLength(covered.Length, Block)];
        Padding.Write(covered, padded);
        SMac.ComputeMac(icv, padded, mac);
        CryptographicOperations.ZeroMemory(message);
        CryptographicOperations.ZeroMemory(padded);
    }

    byte[] ComputeRMac(ReadOnlySpan<byte> pending, ReadOnlySpan<byte> data, ushort statusWord)
    {
        byte[] command = pending[PendingHeader..].ToArray();
        if (Level.Has(SecurityLevel.CDecryption) && command.Length > 0)
            SEnc.DecryptCbc(ZeroBlock, command, command);
        byte[] message = [.. pending[..PendingHeader], .. command.AsSpan(0, pending[PendingHeader - 1]), (byte)data.Length, .. data, 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(message.Length - 2), statusWord);
        var mac = new byte[Block];
        SRMac.ComputeMac(State.ResponseChain, Padding.Pad(message, Block), mac);
        return mac;
    }
}
