namespace PersoMesh.Perso.Samples;

/// <summary>Made-up holders, with the letters that real ones have.</summary>
static class Names
{
    static readonly string[] First =
    [
        "Anna", "Björn", "Chloé", "David", "Elif", "François", "Grace", "Håkon", "Inés", "João", "Katarína", "Lars", "Márta", "Noël", "Olga",
        "Pía", "Quentin", "Renée", "Søren", "Théa", "Ulf", "Verônica", "Wim", "Xavier", "Yara", "Zoë",
    ];

    static readonly string[] Last =
    [
        "Andersson", "Bäcker", "Castaño", "Dupré", "Eriksen", "Fernández", "Göransson", "Hämäläinen", "Ibáñez", "Jørgensen", "Keller",
        "Lefèvre", "Müller", "Nuñez", "O'Neill", "Peña", "Quesada", "Rößler", "Sørensen", "Távora", "Ünal", "Vögeli", "Weiß", "Ximénez", "Yildiz", "Zürcher",
    ];

    /// <summary>A holder; all letters have a place in ISO 8859-1, given the few that fold into one.</summary>
    public static (string First, string Last) Pick(Random random) => (First[random.Next(First.Length)], Last[random.Next(Last.Length)]);
}
