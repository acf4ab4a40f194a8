namespace PersoMesh.VirtualCards.Pkcs15;

/// <summary>An object of the application that lies in a file of its own.</summary>
/// <param name="FileId">File identifier in the application's DF.</param>
/// <param name="Size">Room for its content in bytes.</param>
/// <param name="Label">What programs show.</param>
public abstract record Pkcs15Object(ushort FileId, int Size, string Label);

/// <summary>An RSA private key. Its file is never read; what is in it is the card's own format.</summary>
/// <param name="Id">Identifier that key, public key and certificate have in common.</param>
/// <param name="FileId">File identifier.</param>
/// <param name="Size">Room for the key in bytes.</param>
/// <param name="Label">What programs show.</param>
/// <param name="ModulusBits">Length of the modulus in bits.</param>
/// <param name="Usages">What it may be used for.</param>
/// <param name="Password">Reference of the password that must be verified before.</param>
public sealed record Pkcs15PrivateKey(
    ReadOnlyMemory<byte> Id, ushort FileId, int Size, string Label, int ModulusBits, KeyUsages Usages, byte Password)
    : Pkcs15Object(FileId, Size, Label)
{
    /// <summary>Reference of the key on the card, for cards that compute; null for none.</summary>
    public int? KeyReference { get; init; }
}

/// <summary>An RSA public key: RSAPublicKey in DER (RFC 8017 §A.1.1).</summary>
/// <param name="Id">Identifier that key, public key and certificate have in common.</param>
/// <param name="FileId">File identifier.</param>
/// <param name="Size">Room for the key in bytes.</param>
/// <param name="Label">What programs show.</param>
/// <param name="ModulusBits">Length of the modulus in bits.</param>
/// <param name="Usages">What it may be used for.</param>
public sealed record Pkcs15PublicKey(ReadOnlyMemory<byte> Id, ushort FileId, int Size, string Label, int ModulusBits, KeyUsages Usages)
    : Pkcs15Object(FileId, Size, Label);

/// <summary>An X.509 certificate in DER.</summary>
/// <param name="Id">Identifier that key, public key and certificate have in common.</param>
/// <param name="FileId">File identifier.</param>
/// <param name="Size">Room for the certificate in bytes.</param>
/// <param name="Label">What programs show.</param>
public sealed record Pkcs15Certificate(ReadOnlyMemory<byte> Id, ushort FileId, int Size, string Label) : Pkcs15Object(FileId, Size, Label)
{
    /// <summary>True for a certificate of a certification authority.</summary>
    public bool IsAuthority { get; init; }
}

/// <summary>Data of an application.</summary>
/// <param name="FileId">File identifier.</param>
/// <param name="Size">Room for the data in bytes.</param>
/// <param name="Label">What programs show.</param>
/// <param name="Application">Name of the application that they are for.</param>
public sealed record Pkcs15Data(ushort FileId, int Size, string Label, string Application) : Pkcs15Object(FileId, Size, Label)
{
    /// <summary>Reference of the password that must be verified before they are read; null when anybody may read them.</summary>
    public byte? Password { get; init; }
}
