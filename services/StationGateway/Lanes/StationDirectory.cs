namespace PersoMesh.StationGateway.Lanes;

/// <summary>The stations of this process.</summary>
sealed class StationDirectory(IReadOnlyList<Station> stations) : IDisposable
{
    public IReadOnlyList<Station> All => stations;

    public IEnumerable<ReaderLane> Lanes => stations.SelectMany(station => station.Lanes);

    public Station this[string name] => stations.First(station => station.Name == name);

    public void Dispose()
    {
        foreach (var lane in Lanes)
            lane.Dispose();
    }
}
