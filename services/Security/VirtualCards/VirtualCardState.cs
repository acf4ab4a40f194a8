using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using PersoMesh.Contracts.Preparation;
using PersoMesh.Keys;
using PersoMesh.Security.Preparation;

namespace PersoMesh.Security.VirtualCards;

/// <summary>How far a file-system card's session has come. Travels with the saga, sealed under the HSM's keys.</summary>
sealed record VirtualCardState
{
    const string Purpose = "virtual-card";

    /// <summary>The prepared script.</summary>
    public required PersonalizationScript Script { get; init; }

    /// <summary>Number of the batch, from 1.</summary>
    public required int Sequence { get; init; }

    /// <summary>
    /// The command of the personalization that the batch begins with, after what restores the card's volatile state; as many as there are when only
    /// reading back is left. In a proof: the command in question.
    /// </summary>
    public int Next { get; init; }

    /// <summary>The batch finds out whether the card had carried out command <see cref="Next"/>.</summary>
    public bool IsProof { get; init; }

    // Tells the state of such a session from that of a secure channel, which is whole blocks.
    static ReadOnlySpan<byte> Mark => "PMVC"u8;

    /// <summary>True for what <see cref="Seal"/> made.</summary>
    public static bool IsState(ReadOnlySpan<byte> sealedState) => sealedState.StartsWith(Mark) && sealedState.Length % 16 == Mark.Length;

    /// <summary>What a command of the batch is sealed for, and its answer.</summary>
    public string Subject(Guid sessionId, int index) => $"{sessionId}/{Sequence}/{index}";

    public byte[] Seal(ISecuritySession session, Guid sessionId)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(this, VirtualCardStateJson.Default.VirtualCardState);
        byte[] sealedState = [.. Mark, .. ScriptVault.Seal(session, Purpose, sessionId.ToString(), json)];
        CryptographicOperations.ZeroMemory(json);
        return sealedState;
    }

    public static VirtualCardState Open(ISecuritySession session, Guid sessionId, byte[] sealedState)
    {
        var json = ScriptVault.Open(session, Purpose, sessionId.ToString(), sealedState[Mark.Length..]);
        var state = JsonSerializer.Deserialize(json, VirtualCardStateJson.Default.VirtualCardState)!;
        CryptographicOperations.ZeroMemory(json);
        return state;
    }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(VirtualCardState))]
sealed partial class VirtualCardStateJson : JsonSerializerContext;
