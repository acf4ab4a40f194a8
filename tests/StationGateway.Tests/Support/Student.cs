using System.Globalization;

namespace PersoMesh.StationGateway.Tests.Support;

/// <summary>A made-up student; the street is her own, so that her letter can be told from the others.</summary>
sealed record Student(int Number)
{
    static readonly string[] First = ["Anna", "Björn", "Chloé", "Elif", "Søren", "Zoë"];
    static readonly string[] Last = ["Müller", "O'Neill", "Peña", "Weiß", "Yildiz"];

    public string StudentNumber => Number.ToString("20000000", CultureInfo.InvariantCulture);

    public string FullName => $"{First[Number % First.Length]} {Last[Number % Last.Length]}";

    public string Street => $"Example Street {Number}";

    public string Library => (100_000 + Number).ToString(CultureInfo.InvariantCulture);

    public Dictionary<string, string> Record => new(StringComparer.Ordinal)
    {
        ["studentNumber"] = StudentNumber,
        ["firstName"] = FullName.Split(' ')[0],
        ["lastName"] = FullName.Split(' ')[1],
        ["faculty"] = "Süd & Co",
        ["validUntil"] = "2029-09-30",
        ["libraryNumber"] = Library,
        ["entitlements"] = "gym;lab",
        ["street"] = Street,
        ["town"] = "10115 Berlin",
    };
}
