using System.Buffers.Binary;
using PersoMesh.Keys;

namespace PersoMesh.GlobalPlatform;

/// <summary>Session key derivation of SCP02 (GPC 2.3.1 §E.4.1): 3DES-CBC, zero IV, constant ‖ sequence counter ‖ zeros.</summary>
static class Scp02Kdf
{
    const ushort CMacConstant = 0x0101;
    const ushort RMacConstant = 0x0102;
    const ushort DekConstant = 0x0181;
    const ushort EncConstant = 0x0182;

    internal static RetailMacKey DeriveCMac(CardKeys keys, int counter) => RetailMacKey.DeriveCbc(keys.Mac, Data(CMacConstant, counter));

    internal static RetailMacKey DeriveRMac(CardKeys keys, int counter) => RetailMacKey.DeriveCbc(keys.Mac, Data(RMacConstant, counter));

    internal static ISecretKey DeriveEnc(CardKeys keys, int counter) => Derive(keys.Enc, EncConstant, counter);

    internal static ISecretKey DeriveDek(CardKeys keys, int counter) => Derive(keys.Dek, DekConstant, counter);

    static ISecretKey Derive(ISecretKey parent, ushort constant, int counter) =>
        parent.DeriveCbc(new byte[8], Data(constant, counter), KeyAlgorithm.TripleDes, 16);

    static byte[] Data(ushort constant, int counter)
    {
        var data = new byte[16];
        BinaryPrimitives.WriteUInt16BigEndian(data, constant);
        BinaryPrimitives.WriteUInt16BigEndian(data.AsSpan(2), (ushort)counter);
        return data;
    }
}
