namespace PersoMesh.CardSimulator;

/// <summary>What a command answers: response data (may be empty) and status word.</summary>
readonly record struct CardResponse(byte[] Data, ushort Status)
{
    public static readonly CardResponse Ok = new([], StatusWord.Ok);

    /// <summary>9000, 62xx and 63xx carry response protection; all others are errors (GPC Amendment D §6.2.5).</summary>
    public bool IsError => Status != StatusWord.Ok && Status >> 8 is not (0x62 or 0x63);

    public static CardResponse Of(byte[] data) => new(data, StatusWord.Ok);

    public static CardResponse Error(ushort status) => new([], status);

    public byte[] ToArray()
    {
        var result = new byte[Data.Length + 2];
        Data.CopyTo(result, 0);
        result[^2] = (byte)(Status >> 8);
        result[^1] = (byte)Status;
        return result;
    }
}
