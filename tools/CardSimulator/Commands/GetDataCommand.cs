using PersoMesh.CardSimulator.Persistence;

namespace PersoMesh.CardSimulator.Commands;

/// <summary>GET DATA of the issuer security domain (GPC 2.3.1 §11.3); 9F7F (CPLC) and 00CF (KDD) are common practice only.</summary>
static class GetDataCommand
{
    public static CardResponse Execute(CardRuntime card, in CardCommand command)
    {
        var state = card.State;
        int tag = command.P1P2;
        if (state.DataObjects.TryGetValue(tag, out var stored))
            return CardResponse.Of(BerTlv.Encode(tag, stored));
        return tag switch
        {
            0x0066 => CardResponse.Of(BerTlv.Encode(tag, BerTlv.Encode(0x73, CardRecognitionData.Objects(state)))),
            0x00E0 => CardResponse.Of(BerTlv.Encode(tag, KeyInformation(state))),
            0x00C1 => CardResponse.Of(BerTlv.Encode(tag, SequenceCounter(state))),
            0x00CF => CardResponse.Of(BerTlv.Encode(tag, state.KeyDiversificationData)),
            0x9F7F => CardResponse.Of(BerTlv.Encode(tag, state.Cplc)),
            _ => CardResponse.Error(StatusWord.ReferenceNotFound),
        };
    }

    static byte[] KeyInformation(CardState state)
    {
        List<byte> templates = [];
        foreach (var keySet in state.KeySets)
        {
            for (byte keyId = 1; keyId <= 3; keyId++)
                templates.AddRange(BerTlv.Encode(0xC0, keyId, keySet.Version, (byte)keySet.Type, (byte)keySet.Keys.Enc.Length));
        }

        return [.. templates];
    }

    static byte[] SequenceCounter(CardState state)
    {
        var counter = state.KeySets[0].Counter;
        return state.Protocol == SecureChannelProtocol.Scp02
            ? [(byte)(counter >> 8), (byte)counter]
            : [(byte)(counter >> 16), (byte)(counter >> 8), (byte)counter];
    }
}
