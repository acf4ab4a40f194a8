using System.Numerics;
using System.Security.Cryptography;

namespace PersoMesh.CardSimulator.Tests;

/// <summary>
/// Offline enciphered PIN (EMV 4.3 Book 2 §7.2) with a key pair of .NET's own: GET CHALLENGE, then VERIFY with P2 = 88. The PIN is 1234.
/// </summary>
public sealed class EncipheredPinTests
{
    const int Bits = 1024;

    readonly RSAParameters _pinKey = NewKey();
    readonly RSAParameters _iccKey = NewKey();

    [Fact]
    public void The_right_PIN_is_accepted_and_a_wrong_one_costs_a_try()
    {
        var card = Personalized((0x8301, _pinKey), (0x8201, _iccKey));
        Assert.Equal("63C2", Verify(card, _pinKey, "0000", Challenge(card)));
        Assert.Equal("9000", Verify(card, _pinKey, "1234", Challenge(card)));
        Assert.Equal("63C3", card.Send("00200088"));
    }

    [Fact]
    public void The_key_for_PIN_encipherment_goes_before_that_for_authentication()
    {
        var both = Personalized((0x8301, _pinKey), (0x8201, _iccKey));
        Assert.Equal("63C2", Verify(both, _iccKey, "1234", Challenge(both)));
        var one = Personalized((0x8201, _iccKey));
        Assert.Equal("9000", Verify(one, _iccKey, "1234", Challenge(one)));
    }

    [Fact]
    public void An_unpredictable_number_is_good_for_the_next_command_only()
    {
        var card = Personalized((0x8301, _pinKey));
        var challenge = Challenge(card);
        Assert.Equal("9000", Verify(card, _pinKey, "1234", challenge));
        Assert.Equal("6985", Verify(card, _pinKey, "1234", challenge));
        challenge = Challenge(card);
        Assert.EndsWith("9000", card.Send("00B2010C00"));
        Assert.Equal("6985", Verify(card, _pinKey, "1234", challenge));
        var old = Challenge(card);
        Challenge(card);
        Assert.Equal("63C2", Verify(card, _pinKey, "1234", old));
    }

    [Fact]
    public void Another_header_or_length_is_no_PIN()
    {
        var card = Personalized((0x8301, _pinKey));
        Assert.Equal("63C2", Verify(card, _pinKey, "1234", Challenge(card), header: 0x6F));
        Challenge(card);
        Assert.Equal("6700", card.Send("00200088" + "08" + "241234FFFFFFFFFF"));
    }

    [Fact]
    public void Without_a_key_pair_no_PIN_can_be_enciphered()
    {
        var card = Personalized();
        Assert.Equal("6985", Verify(card, _pinKey, "1234", Challenge(card)));
    }

    static RSAParameters NewKey()
    {
        using var rsa = RSA.Create(Bits);
        return rsa.ExportParameters(includePrivateParameters: true);
    }

    static SimulatedCard Personalized(params ReadOnlySpan<(int Dgi, RSAParameters Key)> keys)
    {
        var host = Some.Emv().Open();
        Assert.Equal("009000", host.Install());
        Assert.Equal("009000", host.Personalize());
        byte block = 0;
        Store(TestHost.Dgi(0x8010, host.Encrypt(Some.PinBlock(host))));
        foreach (var (dgi, key) in keys)
        {
            byte[][] numbers = [key.InverseQ!, key.DQ!, key.DP!, key.Q!, key.P!];
            for (var i = 0; i < numbers.Length; i++)
                Store(TestHost.Dgi(dgi + i, host.Encrypt(Convert.ToHexString(numbers[i]))));
        }

        Assert.Equal("9000", host.StoreData(TestHost.Dgi(0x9010, "0303"), last: false, firstBlock: block++));
        Assert.Equal("9000", host.StoreData(Some.ClearData(), firstBlock: block));
        host.Card.Reset();
        Assert.EndsWith("9000", host.Card.Send($"00A40400{Some.Lv(Some.PaymentAid)}00"));
        return host.Card;

        void Store(string dgi) => Assert.Equal("9000", host.StoreData(dgi, p1: 0x60, last: false, firstBlock: block++));
    }

    static byte[] Challenge(SimulatedCard card)
    {
        var response = Hex.Bytes(card.Send("0084000008"));
        Assert.Equal([0x90, 0x00], response[8..]);
        return response[..8];
    }

    // Table 25: 7F, PIN block of format 2, the card's unpredictable number, random padding.
    static string Verify(SimulatedCard card, RSAParameters key, string pin, byte[] challenge, byte header = 0x7F)
    {
        byte[] head = [header, .. Hex.Bytes($"2{pin.Length:X}{pin}".PadRight(16, 'F')), .. challenge];
        byte[] plain = [.. head, .. RandomNumberGenerator.GetBytes(Bits / 8 - head.Length)];
        var number = BigInteger.ModPow(Number(plain), Number(key.Exponent!), Number(key.Modulus!)).ToByteArray(isUnsigned: true, isBigEndian: true);
        byte[] enciphered = [.. new byte[Bits / 8 - number.Length], .. number];
        return card.Send($"00200088{enciphered.Length:X2}{Convert.ToHexString(enciphered)}");
    }

    static BigInteger Number(byte[] value) => new(value, isUnsigned: true, isBigEndian: true);
}
