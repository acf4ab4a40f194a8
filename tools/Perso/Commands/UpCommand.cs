using System.CommandLine;
using PersoMesh.Perso.Mesh;

namespace PersoMesh.Perso.Commands;

/// <summary><c>perso up</c>: a broker and every service as its own process.</summary>
static class UpCommand
{
    public static Command Create()
    {
        var folder = MeshFolder.Option();
        var broker = new Option<string?>("--broker") { Description = "HOST:PORT of a RabbitMQ that runs already, or of each node of a cluster: A:PORT,B:PORT,C:PORT. Without it, Debian's is started privately." };
        var brokerNodes = new Option<int>("--broker-nodes") { Description = "Nodes of the private RabbitMQ: with 3, a cluster whose quorum queues survive the loss of one.", DefaultValueFactory = _ => 1 };
        var database = new Option<string?>("--database") { Description = "File with the connection string (Npgsql) of a PostgreSQL database of your own. Without it, Debian's is started privately." };
        var inMemory = new Option<bool>("--in-memory") { Description = "Do without a database: jobs and sessions end with their processes." };
        var stations = new Option<int>("--stations", "-s") { Description = "Simulated stations for each kind of card.", DefaultValueFactory = _ => 8 };
        var profiles = new Option<string>("--profiles") { Description = "Folder with card profiles.", DefaultValueFactory = _ => InstallFolder.Profiles };
        var hsm = HsmArguments.Create();
        var command = new Command("up", """
            Start a mesh on this machine: RabbitMQ, PostgreSQL and each service as a process of its own, with simulated stations.
            Returns when all are ready; 'perso submit FILE' gives it work, 'perso down' stops it. A mesh that is started again in the
            same folder goes on with the jobs that it had.
            """)
        {
            folder, broker, brokerNodes, database, inMemory, stations, profiles,
        };
        hsm.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Guarded.RunAsync(async () =>
        {
            var state = await MeshRun.UpAsync(new MeshRunOptions
            {
                Folder = Path.GetFullPath(parsed.GetValue(folder)!),
                Broker = parsed.GetValue(broker),
                BrokerNodes = parsed.GetValue(brokerNodes),
                Database = parsed.GetValue(database) is { } file ? Path.GetFullPath(file) : null,
                IsInMemory = parsed.GetValue(inMemory),
                StationsPerPool = parsed.GetValue(stations),
                ProfileFolder = Path.GetFullPath(parsed.GetValue(profiles)!),
                Hsm = hsm.Read(parsed, Path.GetFullPath(parsed.GetValue(folder)!)),
            }, step => Console.WriteLine($"{step} …"), cancellationToken);
            foreach (var service in state.Services)
                Console.WriteLine($"{service.Name,-24} process {service.ProcessId,-8} {service.Address}  {service.Log}");
            Console.WriteLine($"Ready. Submit card objects with: perso submit FILE --profile emv-debit --job NAME --watch{Environment.NewLine}Stop with: perso down");
            return 0;
        }));
        return command;
    }
}
