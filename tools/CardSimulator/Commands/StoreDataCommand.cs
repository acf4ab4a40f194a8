namespace PersoMesh.CardSimulator.Commands;

/// <summary>STORE DATA to the issuer security domain (GPC 2.3.1 §11.11): forwarded, or for the domain itself.</summary>
static class StoreDataCommand
{
    const int TlvFormat = 0x10;
    const int DgiFormat = 0x08;
    const int DgiOfTlvs = 0x0070;

    public static CardResponse Execute(CardRuntime card, in CardCommand command)
    {
        card.RequireSecureChannel();
        var session = card.Session;
        if (session.PersonalizationTarget is { } application)
        {
            var response = application.StoreData(command);
            if (StoreDataBlocks.IsLast(command))
                session.PersonalizationTarget = null;
            return response;
        }

        var blocks = session.StoreData;
        session.StoreData = new();
        blocks.Check(command);
        blocks.Add(command.Data);
        if (!StoreDataBlocks.IsLast(command))
        {
            session.StoreData = blocks;
            return CardResponse.Ok;
        }

        foreach (var (tag, value) in Objects(blocks.ToArray(), command.P1 & 0x18))
            Store(card, tag, value);
        return CardResponse.Ok;
    }

    static List<(int Tag, byte[] Value)> Objects(byte[] data, int format)
    {
        CardStatusException.ThrowIf(format is not (TlvFormat or DgiFormat or 0), StatusWord.WrongP1P2);
        if (format == DgiFormat)
        {
            CardStatusException.ThrowIf(
                !DataGrouping.TryRead(data, out var dgi, out var value, out var consumed) || dgi != DgiOfTlvs || consumed != data.Length,
                StatusWord.WrongData);
            data = value.ToArray();
        }

        CardStatusException.ThrowIf(!BerTlv.TryReadAll(data, out var objects), StatusWord.WrongData);
        return objects;
    }

    static void Store(CardRuntime card, int tag, byte[] value)
    {
        const int Aid = 0x4F;
        if (tag == Aid)
        {
            var aid = Convert.ToHexString(value);
            CardStatusException.ThrowIf(value.Length is < 5 or > 16, StatusWord.WrongData);
            CardStatusException.ThrowIf(aid != card.State.IsdAid && InstallCommand.IsTaken(card.State, aid), StatusWord.WrongData);
            card.State.IsdAid = aid;
            return;
        }

        // §11.11.2.3: what the card generates itself cannot be stored.
        CardStatusException.ThrowIf(tag is 0xD3 or 0x2F00 or 0xFF21 or 0xC2 or 0xC1 or 0xE0 or 0x9F7F, StatusWord.WrongData);
        var objects = card.State.DataObjects;
        card.Allocate(value.Length - (objects.TryGetValue(tag, out var old) ? old.Length : 0));
        objects[tag] = value;
    }
}
