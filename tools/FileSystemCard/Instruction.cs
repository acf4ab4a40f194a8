namespace PersoMesh.FileSystemCard;

/// <summary>Instruction bytes of ISO/IEC 7816-4 and -9 that this card knows.</summary>
static class Instruction
{
    public const byte Verify = 0x20;
    public const byte ChangeReferenceData = 0x24;
    public const byte ResetRetryCounter = 0x2C;
    public const byte ActivateFile = 0x44;
    public const byte Select = 0xA4;
    public const byte ReadBinary = 0xB0;
    public const byte ReadRecord = 0xB2;
    public const byte GetResponse = 0xC0;
    public const byte UpdateBinary = 0xD6;
    public const byte UpdateRecord = 0xDC;
    public const byte CreateFile = 0xE0;
    public const byte AppendRecord = 0xE2;
}
