namespace PersoMesh.Perso.Samples;

/// <summary>Made-up employees of a company that does not exist.</summary>
static class AccessBadgeSamples
{
    static readonly string[] Departments = ["Research", "Production", "Sales", "Forschung & Entwicklung", "Facilities", "Human Resources"];
    static readonly string[] Zones = ["A", "A,B", "A,B3,LAB", "A,C,GARAGE", "A,B,C,ROOF"];

    public static IEnumerable<IReadOnlyDictionary<string, string>> Generate(int cards, int seed)
    {
        var random = new Random(seed);
        for (var i = 1; i <= cards; i++)
        {
            var (first, last) = Names.Pick(random);
            yield return new Dictionary<string, string>
            {
                ["badgeNumber"] = $"{seed % 100:00}{i:000000}",
                ["firstName"] = first,
                ["lastName"] = last,
                ["department"] = Departments[random.Next(Departments.Length)],
                ["validUntil"] = $"{random.Next(2027, 2033)}-{random.Next(1, 13):00}-{random.Next(1, 29):00}",
                ["zones"] = Zones[random.Next(Zones.Length)],
                ["costCentre"] = random.Next(1000, 9999).ToString(),
            };
        }
    }
}
