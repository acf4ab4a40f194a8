using PersoMesh.Contracts;
using PersoMesh.Hosting;
using PersoMesh.Support;

return await MeshHost.RunAsync(args, "support", ContractsJson.Default, mesh => mesh.AddSupport());
