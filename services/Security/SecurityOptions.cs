using System.ComponentModel.DataAnnotations;

namespace PersoMesh.Security;

/// <summary>Settings of the Security service: section <c>Security</c>. Either <see cref="Pkcs11"/> or <see cref="DemoKeyFile"/>.</summary>
public sealed class SecurityOptions
{
    /// <summary>The HSM.</summary>
    public Pkcs11TokenOptions? Pkcs11 { get; init; }

    /// <summary>File with keys in clear for the in-process module. For demonstration only.</summary>
    public string? DemoKeyFile { get; init; }

    /// <summary>Where PIN mailers go; null when no profile has one.</summary>
    public PinMailerOptions? PinMailers { get; init; }

    /// <summary>
    /// Folder for the images of file-system cards that are good, sealed under the HSM's key and without their passwords: what
    /// <c>perso vsc verify</c> compares cards with. Null keeps none.
    /// </summary>
    public string? VirtualCardArchive { get; init; }

    /// <summary>What return files are signed with; null when none are signed.</summary>
    public ReturnFileOptions? ReturnFiles { get; init; }

    /// <summary>Messages handled at once; also the HSM sessions in use.</summary>
    [Range(1, 256)]
    public int Concurrency { get; init; } = 8;
}

/// <summary>A PKCS#11 token.</summary>
public sealed class Pkcs11TokenOptions
{
    /// <summary>The vendor's library, for instance <c>/usr/lib/softhsm/libsofthsm2.so</c>.</summary>
    [Required]
    public required string Library { get; init; }

    /// <summary>The token's label.</summary>
    [Required]
    public required string Token { get; init; }

    /// <summary>File that holds the user PIN.</summary>
    [Required]
    public required string PinFile { get; init; }
}

/// <summary>The mail printer.</summary>
public sealed class PinMailerOptions
{
    /// <summary>Folder that the printer fetches its work from; made when it is missing.</summary>
    [Required]
    public required string SpoolFolder { get; init; }

    /// <summary>The printer's certificate, PEM or DER: RSA, 2048 bits or more.</summary>
    [Required]
    public required string PrinterCertificate { get; init; }
}

/// <summary>The bureau's signature under return files.</summary>
public sealed class ReturnFileOptions
{
    /// <summary>Label of the private RSA key in the HSM.</summary>
    [Required]
    public required string Key { get; init; }

    /// <summary>The key's certificate, PEM or DER (<c>perso keys request-certificate</c>).</summary>
    [Required]
    public required string Certificate { get; init; }
}
