using PersoMesh.Perso.Commands;
using PersoMesh.Profiles;

namespace PersoMesh.Perso.Demo;

/// <summary>Which simulated blank card a profile is for.</summary>
static class SimulatedProduct
{
    public static string For(CardProfile profile) => profile.Chip?.Channel.Protocol switch
    {
        null when profile.FileSystem is not null => "filesystem-demo",
        ChannelProtocol.Scp02 => "emv-demo",
        ChannelProtocol.Scp03 => "badge-demo",
        _ => throw new UserErrorException($"There is no simulated card for profile {profile.Reference}: it has no chip."),
    };
}
