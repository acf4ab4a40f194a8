using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using PersoMesh.Contracts.Preparation;
using PersoMesh.Hosting;
using PersoMesh.Profiles;
using PersoMesh.Translator.Profiles;
using PersoMesh.Translator.Translation;

namespace PersoMesh.Translator;

/// <summary>Adds the Translator: owns the card profiles, turns issuers' fields into scripts and module data.</summary>
public static class TranslatorRegistration
{
    public static MeshBuilder AddTranslator(this MeshBuilder mesh)
    {
        var options = mesh.Host.Configuration.GetSection("Translator").Get<TranslatorOptions>() ?? new TranslatorOptions();
        mesh.Services.AddSingleton(options);
        mesh.Services.AddSingleton(LoadProfiles(options.ProfileFolder));
        mesh.Services.AddHostedService<ProfileFaultReport>();
        mesh.Register(bus =>
        {
            bus.AddConsumer<DescribeProfileConsumer>();
            bus.AddConsumer<TranslateCardObjectsConsumer>();
            bus.AddRequestClient<ConvertFields>(new Uri("exchange:support"), RequestTimeout.After(ms: (int)options.ConversionTimeout.TotalMilliseconds));
        });
        mesh.Endpoint("translator-profiles", concurrency: 2, (endpoint, context) => endpoint.ConfigureConsumer<DescribeProfileConsumer>(context));
        mesh.Endpoint("translator", concurrency: 4, (endpoint, context) => endpoint.ConfigureConsumer<TranslateCardObjectsConsumer>(context));
        return mesh;
    }

    static ProfileLibrary LoadProfiles(string folder)
    {
        try
        {
            var profiles = ProfileLibrary.Load(folder);
            return profiles.All.Count > 0
                ? profiles
                : throw new MeshConfigurationException($"Translator:ProfileFolder '{folder}' has no usable profile.{string.Concat(profiles.Faults.Select(fault => Environment.NewLine + fault))}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MeshConfigurationException($"The card profiles cannot be used.{Environment.NewLine}{e.Message}", e);
        }
    }
}
