using PersoMesh.Contracts;
using PersoMesh.Hosting;
using PersoMesh.Security;

return await MeshHost.RunAsync(args, "security", ContractsJson.Default, mesh => mesh.AddSecurity());
