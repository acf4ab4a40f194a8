namespace PersoMesh.GlobalPlatform;

/// <summary>Bits of the parameter i of SCP02 (GPC 2.3.1 table E-1).</summary>
static class Scp02Implementation
{
    internal const byte MacOnUnmodifiedApdu = 0x02;
    internal const byte ExplicitInitiation = 0x04;
    internal const byte IcvEncryption = 0x10;
    internal const byte RMacSupport = 0x20;
    internal const byte PseudoRandomChallenge = 0x40;
}

/// <summary>Bits of the parameter i of SCP03 (GPC Amendment D 1.1.1 table 5-1; S16 since version 1.2).</summary>
static class Scp03Implementation
{
    internal const byte S16 = 0x01;
    internal const byte PseudoRandomChallenge = 0x10;
    internal const byte RMacSupport = 0x20;
    internal const byte REncryptionSupport = 0x40;
}
