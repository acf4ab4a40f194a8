using System.Text.Json;
using System.Text.Json.Serialization;

namespace PersoMesh.CardSimulator.Persistence;

/// <summary>Reads and writes <see cref="CardState"/> as JSON with a format number.</summary>
static class CardFile
{
    public static void Save(CardState state, Stream destination) =>
        JsonSerializer.Serialize(destination, state, CardStateJson.Default.CardState);

    public static CardState Load(Stream source)
    {
        CardState? state;
        try
        {
            state = JsonSerializer.Deserialize(source, CardStateJson.Default.CardState);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"Not a saved card: line {e.LineNumber}, byte {e.BytePositionInLine}.", e);
        }

        return state is { Format: CardState.CurrentFormat }
            ? state
            : throw new InvalidDataException(
                $"The saved card has format {state?.Format}, this simulator reads {CardState.CurrentFormat}: make the card anew.");
    }
}

[JsonSerializable(typeof(CardState))]
sealed partial class CardStateJson : JsonSerializerContext;
