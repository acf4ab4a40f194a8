using System.Security.Cryptography;

namespace PersoMesh.PrivateServers;

/// <summary>Several private RabbitMQ nodes on this machine as one cluster; each has its own data and ports, and can be killed alone.</summary>
public static class PrivateBrokerCluster
{
    const string Cookie = ".erlang.cookie";

    /// <summary>Starts the nodes and waits until all take connections. In a folder that was used before, the cluster goes on with its queues.</summary>
    /// <param name="folder">For the nodes' folders; created.</param>
    /// <param name="count">How many nodes; ignored for a folder that was used before.</param>
    /// <param name="cancellationToken">Gives up; what had started is stopped.</param>
    /// <exception cref="InvalidOperationException">RabbitMQ is not installed, or does not start; the message says what to do.</exception>
    public static async Task<IReadOnlyList<PrivateBroker>> StartAsync(string folder, int count, CancellationToken cancellationToken)
    {
        var isNew = !Directory.Exists(NodeFolder(folder, 0));
        if (isNew)
            await PrepareAsync(folder, count, cancellationToken);
        string[] folders = [.. Directory.GetDirectories(folder, "node-*").Order(StringComparer.Ordinal)];
        string[] names = [.. folders.Select(NodeName)];
        List<PrivateBroker> nodes = [];
        try
        {
            if (isNew)
            {
                // One after the other: nodes that start at once may each found a cluster of their own.
                foreach (var node in folders)
                    nodes.Add(await PrivateBroker.StartNodeAsync(node, PrivateBroker.ClusterSettings(names), cancellationToken));
            }
            else
            {
                // All at once: a node that was not the last to stop waits for the others.
                nodes.AddRange(await Task.WhenAll(folders.Select(node => PrivateBroker.StartNodeAsync(node, PrivateBroker.ClusterSettings(names), cancellationToken))));
            }

            return nodes;
        }
        catch
        {
            await Task.WhenAll(nodes.Select(node => node.StopAsync()));
            throw;
        }
    }

    /// <summary>Starts a node again that was killed; the others go on meanwhile.</summary>
    /// <returns>The node's new process.</returns>
    public static Task<PrivateBroker> RestartNodeAsync(PrivateBroker node, IEnumerable<PrivateBroker> cluster, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(node);
        return PrivateBroker.StartNodeAsync(node.State.Folder, PrivateBroker.ClusterSettings(cluster.Select(member => member.Name)), cancellationToken);
    }

    static async Task PrepareAsync(string folder, int count, CancellationToken cancellationToken)
    {
        var portMapper = FreePort.Find(1)[0];
        var cookie = RandomNumberGenerator.GetHexString(32);
        for (var i = 0; i < count; i++)
        {
            var node = Directory.CreateDirectory(NodeFolder(folder, i)).FullName;
            var ports = FreePort.Find(3);
            await PrivateBroker.WritePortsAsync(node, [ports[0], ports[1], portMapper, ports[2]], cancellationToken);
            var file = Path.Combine(node, Cookie);
            // Erlang refuses a cookie that others may read.
            await File.WriteAllTextAsync(file, cookie, cancellationToken);
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(file, UnixFileMode.UserRead);
        }
    }

    static string NodeFolder(string folder, int index) => Path.Combine(folder, $"node-{index + 1}");

    static string NodeName(string nodeFolder) => PrivateBroker.NodeName(int.Parse(File.ReadLines(Path.Combine(nodeFolder, "ports")).First()));
}
