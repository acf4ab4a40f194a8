namespace PersoMesh.CardSimulator.Commands;

/// <summary>Instruction bytes of ISO/IEC 7816-4, GPC 2.3.1 and EMV Book 3.</summary>
static class Instruction
{
    public const byte GetChallenge = 0x84;
    public const byte InternalAuthenticate = 0x88;
    public const byte Verify = 0x20;
    public const byte InitializeUpdate = 0x50;
    public const byte ExternalAuthenticate = 0x82;
    public const byte Select = 0xA4;
    public const byte GetProcessingOptions = 0xA8;
    public const byte ReadRecord = 0xB2;
    public const byte GetResponse = 0xC0;
    public const byte GetData = 0xCA;
    public const byte PutKey = 0xD8;
    public const byte StoreData = 0xE2;
    public const byte Delete = 0xE4;
    public const byte Install = 0xE6;
    public const byte Load = 0xE8;
    public const byte SetStatus = 0xF0;
    public const byte GetStatus = 0xF2;
}
