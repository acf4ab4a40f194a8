namespace PersoMesh.GlobalPlatform;

/// <summary>
/// A secure channel protocol; the value is the identifier in the answer to INITIALIZE UPDATE (GPC 2.3.1 §10.4, table E-9).
/// </summary>
public enum SecureChannelProtocol
{
    /// <summary>SCP02, 3DES (GPC 2.3.1 Appendix E).</summary>
    Scp02 = 2,

    /// <summary>SCP03, AES (GPC Amendment D).</summary>
    Scp03 = 3,
}
