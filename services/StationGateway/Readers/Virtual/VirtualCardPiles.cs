using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using PersoMesh.Contracts.Session;

namespace PersoMesh.StationGateway.Readers.Virtual;

/// <summary>The output piles: where simulated cards end up, good ones and bad ones apart. Kept as files when the settings say so.</summary>
public sealed class VirtualCardPiles(IOptions<StationGatewayOptions> options)
{
    readonly ConcurrentDictionary<Verdict, int> _counts = new();

    /// <summary>Cards put on a pile so far.</summary>
    public int Count(Verdict verdict) => _counts.GetValueOrDefault(verdict);

    /// <summary>Takes a card.</summary>
    public void Put(SimulatedBlank card, Verdict verdict, string? cardObjectId)
    {
        _counts.AddOrUpdate(verdict, 1, (_, count) => count + 1);
        if (options.Value is not { KeepSimulatedCards: true, OutputFolder: { } folder })
            return;
        var pile = Path.Combine(folder, "stack", verdict.ToString().ToLowerInvariant());
        Directory.CreateDirectory(pile);
        var path = Path.Combine(pile, $"{cardObjectId ?? "none"}.{card.SerialNumber}.card");
        // A gateway that is killed meanwhile leaves a card on the pile, or none, but not half of one.
        var part = path + ".part";
        using (var file = File.Create(part))
            card.Save(file);
        File.Move(part, path);
    }
}
