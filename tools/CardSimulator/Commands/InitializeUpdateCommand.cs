using PersoMesh.CardSimulator.SecureChannel;

namespace PersoMesh.CardSimulator.Commands;

/// <summary>INITIALIZE UPDATE (GPC 2.3.1 §E.5.1; Amendment D §7.1.1). An application uses the key sets of its security domain.</summary>
static class InitializeUpdateCommand
{
    const int PseudoRandomScp03 = 0x10;

    public static CardResponse Execute(CardRuntime card, in CardCommand command)
    {
        var state = card.State;
        card.Session.Channel = null;
        card.Session.PersonalizationTarget = null;
        card.Session.StoreData = new();
        var isScp03 = state.Protocol == SecureChannelProtocol.Scp03;
        if (command.Data.Length != (isScp03 ? Scp03Card.MacLength(state.ProtocolOptions) : 8))
            return CardResponse.Error(StatusWord.WrongLength);
        var version = command.P1;
        var keySet = state.KeySets.Find(k => version == 0 || k.Version == version);
        if (keySet is null)
            return CardResponse.Error(StatusWord.ReferenceNotFound);
        if (keySet.FailedAuthentications >= state.AuthenticationLimit)
            return CardResponse.Error(StatusWord.AuthenticationBlocked);
        if (keySet.Counter >= (isScp03 ? Scp03Card.LastSequenceCounter : Scp02Card.LastSequenceCounter))
            return CardResponse.Error(StatusWord.ConditionsNotSatisfied);

        // SCP03 counts here (Amendment D §6.2.2.1), SCP02 only after the host has authenticated itself (GPC 2.3.1 §E.1.2).
        if (isScp03 && (state.ProtocolOptions & PseudoRandomScp03) != 0)
            keySet.Counter++;
        var aid = Convert.FromHexString(card.Session.Application?.State.Aid ?? state.IsdAid);
        CardChannel channel = isScp03
            ? new Scp03Card(keySet, state.ProtocolOptions, state.KeyDiversificationData, aid, command.Data, card.Challenge)
            : new Scp02Card(keySet, state.ProtocolOptions, state.KeyDiversificationData, aid, command.Data, card.Challenge);
        card.Session.Channel = channel;
        var response = channel.InitializeUpdateResponse;
        if (card.Faults.WrongCardCryptogram)
            response[isScp03 ? 13 + Scp03Card.MacLength(state.ProtocolOptions) : 20] ^= 0xFF;
        return CardResponse.Of(response);
    }
}
