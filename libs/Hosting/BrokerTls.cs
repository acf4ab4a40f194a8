using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MassTransit;
using RabbitMQ.Client;

namespace PersoMesh.Hosting;

/// <summary>Section <c>Mesh:Broker:Tls</c>: TLS on the connections to the broker. Any setting in it switches TLS on.</summary>
public sealed class BrokerTlsOptions
{
    /// <summary>False for no TLS, whatever the other settings say.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>PEM file with the certificates of the authorities that the broker's may come from; without it, those that the system trusts.</summary>
    public string? AuthorityFile { get; init; }

    /// <summary>Name that the broker's certificate must be for, the same for all nodes of a cluster; without it, the first host.</summary>
    public string? ServerName { get; init; }

    /// <summary>PEM file with the certificate that this process shows to a broker that asks for one.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>PEM file with the private key of <see cref="CertificateFile"/>.</summary>
    public string? KeyFile { get; init; }
}

/// <summary>
/// TLS as the settings want it, for MassTransit and for connections beside it. The broker's certificate is always checked: MassTransit 8.4.0 by
/// itself would take one from any authority.
/// </summary>
sealed class BrokerTls
{
    static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");

    readonly string _serverName;
    readonly X509Certificate2Collection? _authorities;
    readonly X509Certificate2? _certificate;

    /// <param name="options">The settings.</param>
    /// <param name="firstHost">The name to expect when the settings have none.</param>
    /// <exception cref="MeshConfigurationException">A file cannot be used.</exception>
    public BrokerTls(BrokerTlsOptions options, string firstHost)
    {
        _serverName = options.ServerName ?? firstHost;
        if (options.AuthorityFile is { } authorities)
            _authorities = Read(nameof(options.AuthorityFile), authorities, "PEM certificates", () => ReadAuthorities(authorities));
        if ((options.CertificateFile is null) != (options.KeyFile is null))
            throw new MeshConfigurationException("Mesh:Broker:Tls has one of CertificateFile and KeyFile: name both, or none.");
        if (options.CertificateFile is { } certificate)
            _certificate = Read(nameof(options.CertificateFile), certificate, $"a PEM certificate whose private key is in '{options.KeyFile}'", () => ReadCertificate(certificate, options.KeyFile!));
    }

    public void Configure(IRabbitMqSslConfigurator ssl)
    {
        ssl.Protocol = SslProtocols.None; // the system's choice
        ssl.ServerName = _serverName;
        ssl.Certificate = _certificate;
        ssl.CertificateValidationCallback = Accepts;
    }

    public SslOption ToSslOption() => new(_serverName, enabled: true)
    {
        Certs = _certificate is null ? null : [_certificate],
        CertificateValidationCallback = Accepts,
    };

    bool Accepts(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (_authorities is null || errors != SslPolicyErrors.RemoteCertificateChainErrors || certificate is not X509Certificate2 broker)
            return errors == SslPolicyErrors.None;
        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.AddRange(_authorities);
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        own.ChainPolicy.ApplicationPolicy.Add(ServerAuthentication);
        foreach (var sent in chain?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
            own.ChainPolicy.ExtraStore.Add(sent.Certificate);
        return own.Build(broker);
    }

    static T Read<T>(string setting, string file, string content, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new MeshConfigurationException($"Mesh:Broker:Tls:{setting} '{file}' cannot be used: it must be a readable file with {content}.", e);
        }
    }

    static X509Certificate2Collection ReadAuthorities(string file)
    {
        X509Certificate2Collection authorities = [];
        authorities.ImportFromPemFile(file);
        return authorities.Count > 0 ? authorities : throw new CryptographicException("The file holds no certificate.");
    }

    // Windows' TLS does not take a key that exists only in this process's memory, which a PEM file gives.
    static X509Certificate2 ReadCertificate(string file, string keyFile)
    {
        using var read = X509Certificate2.CreateFromPemFile(file, keyFile);
        return X509CertificateLoader.LoadPkcs12(read.Export(X509ContentType.Pkcs12), password: null);
    }
}
