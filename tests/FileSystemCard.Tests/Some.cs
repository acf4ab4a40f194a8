namespace PersoMesh.FileSystemCard.Tests;

/// <summary>Cards and commands for tests; hexadecimal digits in and out.</summary>
static class Some
{
    public const string VerifyTransport = "0020000108 3030303030303030";
    public const string ChangeToOwn = "0024000110 3030303030303030 31323334FFFFFFFF";
    public const string VerifyOwn = "0020000108 31323334FFFFFFFF";

    /// <summary>Transparent EF 4401 with 16 bytes; read always, update after password 1, activate never.</summary>
    public static readonly string CreateTransparent = Some.Create("820101 83024401 80020010 8C0413FF1100");

    public static SimulatedFileSystemCard Blank(Func<CardBlueprint, CardBlueprint>? change = null) =>
        new((change ?? (b => b))(Blueprints.Demo()), 0x01020304);

    /// <summary>A blank card that was opened with the transport password.</summary>
    public static SimulatedFileSystemCard Opened(Func<CardBlueprint, CardBlueprint>? change = null)
    {
        var card = Blank(change);
        card.MustSend(VerifyTransport);
        return card;
    }

    /// <summary>A card with the holder's password, files of the test's own, all activated.</summary>
    public static SimulatedFileSystemCard Personalized(params string[] commands)
    {
        var card = Opened();
        foreach (var command in commands)
            card.MustSend(command);
        card.MustSend("0024011108 3837363534333231");
        card.MustSend(ChangeToOwn);
        card.MustSend("00A4000C023F00");
        card.MustSend("00440000");
        card.Reset();
        return card;
    }

    /// <summary>CREATE FILE.</summary>
    /// <param name="parameters">Data objects of the template, hexadecimal.</param>
    public static string Create(string parameters)
    {
        var length = Bytes(parameters).Length;
        return $"00E00000{length + 2:X2}62{length:X2}{parameters}";
    }

    public static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", ""));

    /// <summary>Transmits a command and returns response data and status word.</summary>
    public static string Send(this SimulatedFileSystemCard card, string command) => Convert.ToHexString(card.Transmit(Bytes(command)));

    public static void MustSend(this SimulatedFileSystemCard card, string command) =>
        Assert.Equal("9000", card.Send(command)[^4..]);
}
