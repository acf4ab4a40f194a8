using PersoMesh.Hosting;
using PersoMesh.Local;

try
{
    await LocalMesh.Create(args).RunAsync();
    return 0;
}
catch (MeshConfigurationException e)
{
    await Console.Error.WriteLineAsync($"local: {e.Message}");
    return 2;
}
