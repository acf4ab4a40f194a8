using MassTransit;
using PersoMesh.Contracts.Ingest;
using PersoMesh.Profiles;

namespace PersoMesh.Translator.Profiles;

/// <summary>Tells Ingest what it must know of a profile.</summary>
sealed class DescribeProfileConsumer(ProfileLibrary profiles) : IConsumer<DescribeProfile>
{
    public Task Consume(ConsumeContext<DescribeProfile> context) => context.RespondAsync(Describe(context.Message.Profile));

    ProfileDescribed Describe(string reference)
    {
        try
        {
            return ProfileDescription.Of(profiles.Get(reference));
        }
        catch (UnknownProfileException e)
        {
            return new ProfileDescribed { Fault = e.Message };
        }
    }
}
