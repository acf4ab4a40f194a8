using PersoMesh.Contracts;
using PersoMesh.Controller;
using PersoMesh.Hosting;

return await MeshHost.RunAsync(args, "controller", ContractsJson.Default, mesh => mesh.AddController());
