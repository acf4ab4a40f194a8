namespace PersoMesh.Emv.Tests;

public class CardVerificationValueTests
{
    [Theory]
    // psec@90ccbf3 psec/cvv.py (example) and tests/test_cvv.py.
    [InlineData("0123456789ABCDEFFEDCBA9876543210", "1234567890123456", "9912", "220", "170")]
    [InlineData("99999999999999998888888888888888", "2222222222222222", "3333", "111", "361")]
    public void Cvv_is_that_of_psec(string keyHex, string pan, string expiry, string serviceCode, string expected)
    {
        using var key = CardVerificationKey.FromClear(Hex.Bytes(keyHex));
        var cvv = new char[3];
        CardVerificationValue.Compute(key, Pan.Parse(pan), expiry, serviceCode, cvv);
        Assert.Equal(expected, new string(cvv));
        Assert.True(CardVerificationValue.Matches(cvv, expected));
    }

    [Fact]
    public void The_variants_differ_in_service_code_and_date_order()
    {
        using var key = CardVerificationKey.FromClear(Hex.Bytes("0123456789ABCDEFFEDCBA9876543210"));
        var pan = Pan.Parse("1234567890123456");
        var expiry = new ExpiryMonth(1999, 12);
        var value = new char[3];

        CardVerificationValue.ComputeCvv(key, pan, expiry, "220", value);
        // psec@90ccbf3 psec/cvv.py: PAN 1234567890123456, 9912, 220.
        Assert.Equal("170", new string(value));
        CardVerificationValue.ComputeICvv(key, pan, expiry, value);
        Assert.Equal(Plain("9912", "999"), new string(value));
        CardVerificationValue.ComputeCvv2(key, pan, expiry, ExpiryDigitOrder.MonthYear, value);
        Assert.Equal(Plain("1299", "000"), new string(value));
        CardVerificationValue.ComputeCvv2(key, pan, expiry, ExpiryDigitOrder.YearMonth, value);
        Assert.Equal(Plain("9912", "000"), new string(value));

        string Plain(string date, string serviceCode)
        {
            var result = new char[3];
            CardVerificationValue.Compute(key, pan, date, serviceCode, result);
            return new string(result);
        }
    }

    [Fact]
    public void Two_keys_of_a_security_module_make_the_pair()
    {
        // The way it is in an HSM: A‖A and A‖B are two 3DES keys. Value as above.
        using var key = new CardVerificationKey(
            Hex.TripleDes("0123456789ABCDEF0123456789ABCDEF"), Hex.TripleDes("0123456789ABCDEFFEDCBA9876543210"));
        var cvv = new char[3];
        CardVerificationValue.Compute(key, Pan.Parse("1234567890123456"), "9912", "220", cvv);
        Assert.Equal("170", new string(cvv));
    }
}
