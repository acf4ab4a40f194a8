using PersoMesh.Contracts;
using PersoMesh.Hosting;
using PersoMesh.Translator;

return await MeshHost.RunAsync(args, "translator", ContractsJson.Default, mesh => mesh.AddTranslator());
