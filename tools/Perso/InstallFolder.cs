namespace PersoMesh.Perso;

/// <summary>What is installed beside the program: shipped profiles and the demonstration's keys.</summary>
static class InstallFolder
{
    public static string Profiles { get; } = Path.Combine(AppContext.BaseDirectory, "profiles");

    public static string DemoKeys { get; } = Path.Combine(AppContext.BaseDirectory, "keys", "demo-keys.json");
}
