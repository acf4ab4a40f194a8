using PersoMesh.Contracts.Session;

namespace PersoMesh.StationGateway.Lanes;

/// <summary>Cards that a lane has put on its piles since the gateway started.</summary>
sealed class LaneCounts
{
    public int Good { get; private set; }

    public int Rejected { get; private set; }

    public int Unresolved { get; private set; }

    public void Add(Verdict verdict)
    {
        Good += verdict == Verdict.Good ? 1 : 0;
        Rejected += verdict == Verdict.Rejected ? 1 : 0;
        Unresolved += verdict == Verdict.Unresolved ? 1 : 0;
    }
}
