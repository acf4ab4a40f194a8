using System.Net;
using System.Net.Sockets;

namespace PersoMesh.PrivateServers;

/// <summary>Finds loopback ports that nobody uses.</summary>
public static class FreePort
{
    /// <summary>Finds ports, all different. Another process may still be quicker; a start that fails is tried again with others.</summary>
    public static int[] Find(int count)
    {
        var listeners = new List<TcpListener>();
        try
        {
            for (var i = 0; i < count; i++)
            {
                var listener = new TcpListener(IPAddress.Loopback, 0);
                listener.Start();
                listeners.Add(listener);
            }

            return [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        }
        finally
        {
            listeners.ForEach(listener => listener.Dispose());
        }
    }
}
