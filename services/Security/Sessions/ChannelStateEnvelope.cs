using System.Text;

namespace PersoMesh.Security.Sessions;

/// <summary>What must be known, later and perhaps elsewhere, to go on with a secure channel. Holds no key; travels sealed under the HSM's.</summary>
/// <param name="MasterKey">Label.</param>
/// <param name="Diversification">Name of the method.</param>
/// <param name="DiversificationData">10 bytes.</param>
/// <param name="Channel">The channel's own state.</param>
sealed record ChannelStateEnvelope(string MasterKey, string Diversification, byte[] DiversificationData, byte[] Channel)
{
    public byte[] ToArray()
    {
        using var buffer = new MemoryStream();
        using (var writer = new BinaryWriter(buffer, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(MasterKey);
            writer.Write(Diversification);
            writer.Write(DiversificationData);
            writer.Write(Channel);
        }

        return buffer.ToArray();
    }

    public static ChannelStateEnvelope Parse(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes), Encoding.UTF8);
        var (masterKey, diversification, data) = (reader.ReadString(), reader.ReadString(), reader.ReadBytes(10));
        return new ChannelStateEnvelope(masterKey, diversification, data, reader.ReadBytes(bytes.Length));
    }
}
