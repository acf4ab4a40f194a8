using PersoMesh.Contracts;
using PersoMesh.Hosting;
using PersoMesh.Ingest;

return await MeshHost.RunAsync(args, "ingest", ContractsJson.Default, mesh => mesh.AddIngest(), app => app.MapIngest());
