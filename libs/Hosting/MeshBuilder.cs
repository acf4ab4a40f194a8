using System.Security.Cryptography;
using System.Text.Json.Serialization.Metadata;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PersoMesh.AuditLog;
using PersoMesh.Sealing;

namespace PersoMesh.Hosting;

/// <summary>
/// Collects what the services of one process need of the bus, then builds it. Each service has one <c>AddXxx</c> extension on
/// this type; a process with one service and a process with all of them differ in nothing else.
/// </summary>
public sealed class MeshBuilder
{
    readonly List<Action<IBusRegistrationConfigurator>> _registrations = [];
    readonly List<Action<IBusRegistrationContext, IBusFactoryConfigurator>> _endpoints = [];
    readonly List<string> _queues = [];
    readonly MeshOptions _options;
    readonly BrokerConnection? _broker;

    /// <summary>Starts collecting for a host.</summary>
    /// <param name="host">The host; its configuration's section <c>Mesh</c> is read at once.</param>
    /// <exception cref="MeshConfigurationException">The section is wrong; the message says where.</exception>
    public MeshBuilder(IHostApplicationBuilder host)
    {
        ArgumentNullException.ThrowIfNull(host);
        Host = host;
        _options = host.Configuration.GetSection("Mesh").Get<MeshOptions>() ?? new MeshOptions();
        _broker = _options.Broker is { } broker ? new BrokerConnection(broker) : null;
        host.Services.AddSingleton(TimeProvider.System);
        host.Services.AddSingleton(new PayloadSealer(ReadMeshKey(_options)));
        if (_options.Database is { } database)
            host.Services.AddSingleton(MeshDatabase.Create(database));
        else
            AddAuditFile(host.Services, _options.AuditLog);
    }

    /// <summary>The host that is being built.</summary>
    public IHostApplicationBuilder Host { get; }

    /// <summary>Shortcut to the host's services.</summary>
    public IServiceCollection Services => Host.Services;

    /// <summary>True when services keep their state in PostgreSQL; an <c>NpgsqlDataSource</c> is then registered.</summary>
    public bool HasDatabase => _options.Database is not null;

    /// <summary>Registers consumers, sagas and request clients.</summary>
    public MeshBuilder Register(Action<IBusRegistrationConfigurator> registration)
    {
        _registrations.Add(registration);
        return this;
    }

    /// <summary>Adds a receive endpoint on a durable queue.</summary>
    /// <param name="queue">Queue name, kebab-case.</param>
    /// <param name="concurrency">Messages handled at once; as many again, at most, are prefetched.</param>
    /// <param name="configure">Connects consumers and sagas.</param>
    public MeshBuilder Endpoint(string queue, int concurrency, Action<IReceiveEndpointConfigurator, IBusRegistrationContext> configure)
    {
        _queues.Add(queue);
        _endpoints.Add((context, bus) => bus.ReceiveEndpoint(queue, endpoint =>
        {
            endpoint.ConcurrentMessageLimit = concurrency;
            endpoint.PrefetchCount = concurrency * 2;
            endpoint.UseMessageRetry(retry => retry.Intervals(20, 100, 500, 2000));
            endpoint.UseMessageRetry(OutageRetry.Configure);
            if (endpoint is IRabbitMqReceiveEndpointConfigurator rabbit && _broker is { QueueMembers: > 1 and var members })
                rabbit.SetQuorumQueue(members);
            configure(endpoint, context);
        }));
        return this;
    }

    /// <summary>Builds the bus and telemetry into the host. Call once, after all services were added.</summary>
    /// <param name="serviceName">Name of the process in traces and metrics.</param>
    /// <param name="serializers">Build-time serializers of the messages.</param>
    public void Build(string serviceName, IJsonTypeInfoResolver serializers)
    {
        Services.AddOptions<MassTransitHostOptions>().Configure(options =>
        {
            // A publish before the queues exist is confirmed by the broker and lost.
            options.WaitUntilStarted = true;
            options.StopTimeout = TimeSpan.FromSeconds(20);
        });
        // Before the bus: its start is one of the things that may not come to an end.
        if (_broker is { } broker)
            Services.AddHostedService(services => ActivatorUtilities.CreateInstance<ConsumerWatch>(services, broker, _queues));
        Services.AddMassTransit(bus =>
        {
            // A bureau's mesh calls nobody outside.
            bus.DisableUsageTelemetry();
            foreach (var register in _registrations)
                register(bus);
            if (_broker is null)
                bus.UsingInMemory((context, factory) => Configure(context, factory, serializers));
            else
                UseRabbitMq(bus, _broker, serializers);
        });
        Services.AddSingleton(new TelemetryIdentity(serviceName));
        Services.AddHostedService<TelemetryExport>();
    }

    void UseRabbitMq(IBusRegistrationConfigurator bus, BrokerConnection broker, IJsonTypeInfoResolver serializers) =>
        bus.UsingRabbitMq((context, factory) =>
        {
            broker.Configure(factory);
            Configure(context, factory, serializers);
        });

    void Configure(IBusRegistrationContext context, IBusFactoryConfigurator factory, IJsonTypeInfoResolver serializers)
    {
        factory.ConfigureJsonSerializerOptions(options =>
        {
            options.WriteIndented = false;
            if (!options.TypeInfoResolverChain.Contains(serializers))
                options.TypeInfoResolverChain.Insert(0, serializers);
            return options;
        });
        factory.ConfigureSend(MandatoryDelivery.Apply);
        factory.ConfigurePublish(MandatoryDelivery.Apply);
        foreach (var addEndpoint in _endpoints)
            addEndpoint(context, factory);
    }

    // Security signs, where it is in the same process.
    static void AddAuditFile(IServiceCollection services, string? path) => services
        .AddSingleton(provider => new QueuedAuditTrail(
            path is null ? null : AuditLogFile.Open(path, new AuditLogOptions { Signer = provider.GetService<IAuditSigner>() })))
        .AddSingleton<IAuditTrail>(provider => provider.GetRequiredService<QueuedAuditTrail>());

    static byte[] ReadMeshKey(MeshOptions options)
    {
        if (options.KeyFile is null)
        {
            if (options.Broker is not null)
                throw new MeshConfigurationException("Mesh:KeyFile is missing: services on a broker need the same mesh key. Create one with 'openssl rand -hex 32 > mesh.key'.");
            return RandomNumberGenerator.GetBytes(PayloadSealer.KeyLength);
        }

        try
        {
            var key = Convert.FromHexString(File.ReadAllText(options.KeyFile).Trim());
            return key.Length == PayloadSealer.KeyLength ? key : throw new FormatException();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new MeshConfigurationException($"Mesh:KeyFile '{options.KeyFile}' cannot be used: it must be a readable file with 64 hexadecimal digits.", e);
        }
    }
}
