namespace PersoMesh.Profiles.Reading;

/// <summary>Collects what is wrong in one file, so that its author sees all of it at once.</summary>
sealed class FaultList(string file)
{
    readonly List<ProfileFault> _faults = [];

    /// <summary>Grows with every fault, warnings included: tells whether something was found meanwhile.</summary>
    public int Count => _faults.Count;

    public void Add(Node at, string what, string remedy) => Add(at.Line, at.Column, what, remedy);

    public void Add(int line, int column, string what, string remedy) => _faults.Add(new(file, line, column, what, remedy));

    public void Warn(Node at, string what, string remedy) => _faults.Add(new(file, at.Line, at.Column, what, remedy, IsWarning: true));

    public IReadOnlyList<ProfileFault> InOrderOfTheFile() => [.. _faults.OrderBy(f => f.Line).ThenBy(f => f.Column)];
}
