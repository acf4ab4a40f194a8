using PersoMesh.CardSimulator.Persistence;

namespace PersoMesh.CardSimulator.Commands;

/// <summary>Content of template 73 (GPC 2.3.1 §H.2): says which GlobalPlatform version and secure channel the card has.</summary>
static class CardRecognitionData
{
    // The OID {iso(1) member-body(2) country-USA(840) globalPlatform(114283)}; arcs are appended.
    static readonly byte[] GlobalPlatform = [0x2A, 0x86, 0x48, 0x86, 0xFC, 0x6B];

    public static byte[] Objects(CardState state) =>
    [
        .. Oid(1),
        .. BerTlv.Encode(0x60, Oid(2, 2, 3, 1)),
        .. BerTlv.Encode(0x63, Oid(3)),
        .. BerTlv.Encode(0x64, Oid(4, (byte)state.Protocol, state.ProtocolOptions)),
    ];

    static byte[] Oid(params byte[] arcs) => BerTlv.Encode(0x06, [.. GlobalPlatform, .. arcs]);
}
