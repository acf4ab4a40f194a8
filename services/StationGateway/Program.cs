using PersoMesh.Contracts;
using PersoMesh.Hosting;
using PersoMesh.StationGateway;

return await MeshHost.RunAsync(args, "station-gateway", ContractsJson.Default, mesh => mesh.AddStationGateway(), app => app.MapStations());
