using PersoMesh.CardSimulator.SecureChannel;

namespace PersoMesh.CardSimulator.Commands;

/// <summary>EXTERNAL AUTHENTICATE (GPC 2.3.1 §E.5.2; Amendment D §7.1.2). Failures count and in the end block the key set.</summary>
static class ExternalAuthenticateCommand
{
    public static CardResponse Execute(CardRuntime card, in CardCommand command)
    {
        if (card.Session.Channel is not { IsAuthenticated: false, IsAborted: false } channel)
            return CardResponse.Error(StatusWord.ConditionsNotSatisfied);
        card.Session.Channel = null;
        if (command.P2 != 0 || !channel.Allows((SecurityLevel)command.P1))
            return CardResponse.Error(StatusWord.WrongP1P2);

        // Counted before the check, as a card must that may lose power in between.
        channel.KeySet.FailedAuthentications++;
        var status = channel.Authenticate(command);
        if (status != StatusWord.Ok)
            return CardResponse.Error(status);
        channel.KeySet.FailedAuthentications = 0;
        if (card.State.Protocol == SecureChannelProtocol.Scp02)
            channel.KeySet.Counter++;
        card.Session.Channel = channel;
        return CardResponse.Ok;
    }
}
