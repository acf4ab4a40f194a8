namespace PersoMesh.FileSystemCard;

/// <summary>What a command answers: response data (may be empty) and status word.</summary>
readonly record struct CardResponse(byte[] Data, ushort Status)
{
    public static readonly CardResponse Ok = new([], StatusWord.Ok);

    public static CardResponse Of(byte[] data) => new(data, StatusWord.Ok);

    public static CardResponse Error(ushort status) => new([], status);

    public byte[] ToArray() => [.. Data, (byte)(Status >> 8), (byte)Status];
}
