using System.ComponentModel.DataAnnotations;

namespace PersoMesh.Pkcs11;

/// <summary>Which token to use, and how. Holds no secret: the PIN is named by a file or an environment variable.</summary>
public sealed class Pkcs11Options
{
    /// <summary>Path of the Cryptoki library: <c>/usr/lib/softhsm/libsofthsm2.so</c>, or the HSM vendor's.</summary>
    [Required]
    public required string LibraryPath { get; init; }

    /// <summary>The token's label. Either this or <see cref="SlotId"/>; the label wins, because slot numbers change.</summary>
    public string? TokenLabel { get; init; }

    /// <summary>The slot the token sits in, when labels are not unique.</summary>
    public ulong? SlotId { get; init; }

    /// <summary>A file with the user PIN in UTF-8, read at each login; a line end is cut. Let only the service's user read it.</summary>
    public string? PinFile { get; init; }

    /// <summary>The name of an environment variable with the user PIN; for development, where a file is too much.</summary>
    public string? PinEnvironmentVariable { get; init; }

    /// <summary>How many sessions are open at most, hence how many threads work in the token at once. Default 8.</summary>
    [Range(1, 1024)]
    public int MaxSessions { get; init; } = 8;

    /// <summary>How long a caller waits for a free session before it is refused. Default 30 seconds.</summary>
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
