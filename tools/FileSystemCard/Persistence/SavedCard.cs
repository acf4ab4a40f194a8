using System.Text.Json;
using System.Text.Json.Serialization;

namespace PersoMesh.FileSystemCard.Persistence;

/// <summary>Reads and writes <see cref="CardState"/> as JSON with a format number.</summary>
static class SavedCard
{
    public static void Write(CardState state, Stream destination) =>
        JsonSerializer.Serialize(destination, state, CardStateJson.Default.CardState);

    public static CardState Read(Stream source)
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

        if (state is not { Format: CardState.CurrentFormat })
        {
            throw new InvalidDataException(
                $"The saved card has format {state?.Format}, this simulator reads {CardState.CurrentFormat}: make the card anew.");
        }

        state.MasterFile.RestoreParents();
        return state;
    }
}

[JsonSerializable(typeof(CardState))]
sealed partial class CardStateJson : JsonSerializerContext;
