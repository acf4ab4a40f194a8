using PersoMesh.CardSimulator.Commands;
using PersoMesh.CardSimulator.Crypto;
using PersoMesh.CardSimulator.Persistence;

namespace PersoMesh.CardSimulator;

/// <summary>
/// An application that takes its personalization by STORE DATA (EMV CPS) and then gives back what may be read: FCI, processing options,
/// records, data objects, PIN verification. It is selected and owns the channel, or its security domain forwards to it.
/// </summary>
sealed class PersonalizationApplication(CardRuntime card, ApplicationState state)
{
    const int TagList = 0x5C;
    const int IccKeyDgi = 0x8201;
    const int PinKeyDgi = 0x8301;
    const byte PlaintextPin = 0x80;
    const byte EncipheredPinReference = 0x88;
    StoreDataBlocks _blocks = new();
    int _pendingEncryption;
    byte[]? _challenge;

    public ApplicationState State { get; } = state;

    public bool IsPersonalized => State.IsPersonalized;

    public byte[] Fci()
    {
        var aid = BerTlv.Encode(0x84, Convert.FromHexString(State.Aid));
        var proprietary = State.Fci;
        if (!BerTlv.TryRead(proprietary, out var tag, out _, out var consumed) || tag != 0xA5 || consumed != proprietary.Length)
            proprietary = BerTlv.Encode(0xA5, proprietary);
        return BerTlv.Encode(0x6F, [.. aid, .. proprietary]);
    }

    public CardResponse Execute(in CardCommand command)
    {
        if (command.Ins == Instruction.StoreData && command.Cla == 0x80)
            return StoreDataToSelected(command);
        if (!IsKnown(command.Ins))
            return CardResponse.Error(StatusWord.InstructionNotSupported);
        if (!IsPersonalized)
            return CardResponse.Error(StatusWord.ConditionsNotSatisfied);
        // EMV Book 3 §6.5.6: the unpredictable number is good for the next command only.
        var challenge = _challenge;
        _challenge = null;
        return (command.Ins, command.Cla) switch
        {
            (Instruction.ReadRecord, 0x00) => ReadRecord(command),
            (Instruction.GetChallenge, 0x00) => GetChallenge(command),
            (Instruction.Verify, 0x00) => Verify(command, challenge),
            (Instruction.InternalAuthenticate, 0x00) => InternalAuthenticate(command),
            (Instruction.GetProcessingOptions, 0x80) => GetProcessingOptions(),
            (Instruction.GetData, 0x00 or 0x80) => GetData(command.P1P2),
            _ => CardResponse.Error(StatusWord.ClassNotSupported),
        };
    }

    static bool IsKnown(byte instruction) => instruction is Instruction.ReadRecord or Instruction.GetData
        or Instruction.GetProcessingOptions or Instruction.GetChallenge or Instruction.Verify or Instruction.InternalAuthenticate;

    /// <summary>Processes a STORE DATA without secure messaging. Data groupings may be cut anywhere between commands.</summary>
    public CardResponse StoreData(in CardCommand command)
    {
        if (IsPersonalized)
            return CardResponse.Error(StatusWord.ConditionsNotSatisfied);
        var channel = card.RequireSecureChannel();
        var blocks = _blocks;
        _blocks = new(); // an error begins anew (GPC 2.3.1 §11.11.2.2)
        blocks.Check(command);
        var personalization = new Personalization(card, State, channel);
        var encryption = blocks.Count > 0 ? _pendingEncryption : command.P1;
        blocks.Add(command.Data);
        while (DataGrouping.TryRead(blocks.ToArray(), out var dgi, out var value, out var consumed))
        {
            personalization.Store(dgi, value, encryption);
            blocks.Remove(consumed);
            encryption = command.P1;
        }

        _pendingEncryption = encryption;
        if (StoreDataBlocks.IsLast(command))
        {
            CardStatusException.ThrowIf(blocks.Count > 0, StatusWord.WrongData);
            personalization.Complete();
        }
        else
        {
            _blocks = blocks;
        }

        return CardResponse.Ok;
    }

    CardResponse StoreDataToSelected(in CardCommand command)
    {
        var response = StoreData(command);
        if (StoreDataBlocks.IsLast(command) && IsPersonalized)
            card.Session.Channel = null; // EMV CPS: the application closes its session; the response to this command is still protected
        return response;
    }

    // ISO/IEC 7816-4 §7.3.3: record number in P1, SFI in the top five bits of P2.
    CardResponse ReadRecord(in CardCommand command)
    {
        const int ByNumber = 0x04;
        if ((command.P2 & 0x07) != ByNumber || command.P1 == 0)
            return CardResponse.Error(StatusWord.WrongP1P2);
        var sfi = command.P2 >> 3;
        if (State.Records.TryGetValue(sfi << 8 | command.P1, out var record))
            return CardResponse.Of(record);
        var hasFile = State.Records.Keys.Any(k => k >> 8 == sfi);
        return CardResponse.Error(hasFile ? StatusWord.RecordNotFound : StatusWord.FileNotFound);
    }

    // The list of tags serves CardInspector: a real application is asked for the tags that its scheme defines.
    CardResponse GetData(int tag)
    {
        if (tag == TagList)
            return CardResponse.Of(BerTlv.Encode(TagList, Tags()));
        return State.DataObjects.TryGetValue(tag, out var value)
            ? CardResponse.Of(State.Module.OpaqueDgis.Contains(tag) ? value : BerTlv.Encode(tag, value))
            : CardResponse.Error(StatusWord.ReferenceNotFound);
    }

    byte[] Tags()
    {
        const int LongestTag = 0xFFFF; // P1 and P2 of GET DATA hold no longer one
        List<byte> tags = [];
        foreach (var tag in State.DataObjects.Keys.Where(t => t <= LongestTag))
        {
            if (tag > 0xFF)
                tags.Add((byte)(tag >> 8));
            tags.Add((byte)tag);
        }

        return [.. tags];
    }

    // EMV Book 3 §6.5.8.4: format 2 puts AIP and AFL into template 77.
    CardResponse GetProcessingOptions()
    {
        if (State.ProcessingOptions is not [var first, ..])
            return CardResponse.Error(StatusWord.ConditionsNotSatisfied);
        return CardResponse.Of(first is 0x77 or 0x80 ? State.ProcessingOptions : BerTlv.Encode(0x77, State.ProcessingOptions));
    }

    // EMV Book 3 §6.5.9: the data are what the DDOL asks for, which the card does not interpret; format 1 answers with template 80.
    CardResponse InternalAuthenticate(in CardCommand command)
    {
        if (command.P1P2 != 0)
            return CardResponse.Error(StatusWord.WrongP1P2);
        return CrtPrivateKey.Of(State.Secrets, IccKeyDgi) is { } key
            ? CardResponse.Of(BerTlv.Encode(0x80, DynamicSignature.Sign(key, command.Data)))
            : CardResponse.Error(StatusWord.ConditionsNotSatisfied);
    }

    // EMV Book 3 §6.5.6.
    CardResponse GetChallenge(in CardCommand command)
    {
        if (command.P1P2 != 0)
            return CardResponse.Error(StatusWord.WrongP1P2);
        _challenge = new byte[EncipheredPin.ChallengeLength];
        SimulatedCard.RandomChallenge(_challenge);
        return CardResponse.Of(_challenge);
    }

    // EMV Book 3 §6.5.12; without data it asks for the tries left (ISO/IEC 7816-4 §7.5.6).
    CardResponse Verify(in CardCommand command, byte[]? challenge)
    {
        if (command.P1 != 0 || command.P2 is not (PlaintextPin or EncipheredPinReference))
            return CardResponse.Error(StatusWord.WrongP1P2);
        if (State.Pin is null)
            return CardResponse.Error(StatusWord.ReferenceNotFound);
        if (State.PinTriesLeft == 0)
            return CardResponse.Error(StatusWord.AuthenticationBlocked);
        if (command.Data.Length == 0)
            return CardResponse.Error((ushort)(StatusWord.TriesLeft | State.PinTriesLeft));
        return command.P2 == PlaintextPin ? VerifyPlaintext(command.Data) : VerifyEnciphered(command.Data, challenge);
    }

    CardResponse VerifyPlaintext(byte[] block)
    {
        if (block.Length != PinBlock.Length)
            return CardResponse.Error(StatusWord.WrongLength);
        return PinBlock.TryRead(block, out var format, out var pin) && format == 2
            ? Compare(pin)
            : CardResponse.Error(StatusWord.WrongData);
    }

    // EMV Book 2 §7.1 and §7.2: with the key pair for PIN encipherment, or else with that for dynamic authentication. Whatever else than the
    // PIN is wrong counts as a wrong PIN: a card that told the difference could be asked.
    CardResponse VerifyEnciphered(byte[] data, byte[]? challenge)
    {
        if (challenge is null || (CrtPrivateKey.Of(State.Secrets, PinKeyDgi) ?? CrtPrivateKey.Of(State.Secrets, IccKeyDgi)) is not { } key)
            return CardResponse.Error(StatusWord.ConditionsNotSatisfied);
        if (data.Length != key.Length)
            return CardResponse.Error(StatusWord.WrongLength);
        return EncipheredPin.Recover(key, data, challenge) is { } block && PinBlock.TryRead(block, out var format, out var pin) && format == 2
            ? Compare(pin)
            : Compare(pin: null);
    }

    CardResponse Compare(string? pin)
    {
        if (pin == State.Pin)
        {
            State.PinTriesLeft = State.PinTryLimit;
            return CardResponse.Ok;
        }

        State.PinTriesLeft--;
        return CardResponse.Error((ushort)(StatusWord.TriesLeft | State.PinTriesLeft));
    }
}
