namespace PersoMesh.Perso.Samples;

/// <summary>Made-up students of a university that does not exist.</summary>
static class CampusCardSamples
{
    static readonly string[] Faculties = ["Physics", "Law", "Medicine", "Geowissenschaften", "Lettres et langues", "Computer Science"];
    static readonly string[] Entitlements = ["gym", "gym;garage", "lab;workshop", "choir;gym;lab", "garage"];
    static readonly string[] Towns = ["10115 Berlin", "80331 München", "50667 Köln", "24103 Kiel"];

    public static IEnumerable<IReadOnlyDictionary<string, string>> Generate(int cards, int seed)
    {
        var random = new Random(seed);
        for (var i = 1; i <= cards; i++)
        {
            var (first, last) = Names.Pick(random);
            yield return new Dictionary<string, string>
            {
                ["studentNumber"] = $"{seed % 100:00}{i:000000}",
                ["firstName"] = first,
                ["lastName"] = last,
                ["faculty"] = Faculties[random.Next(Faculties.Length)],
                ["validUntil"] = $"{random.Next(2027, 2033)}-{random.Next(1, 13):00}-{random.Next(1, 29):00}",
                ["libraryNumber"] = random.Next(100_000, 999_999_999).ToString(),
                ["entitlements"] = Entitlements[random.Next(Entitlements.Length)],
                ["street"] = $"Example Street {random.Next(1, 200)}",
                ["town"] = Towns[random.Next(Towns.Length)],
            };
        }
    }
}
