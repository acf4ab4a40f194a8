using System.Numerics;
using PersoMesh.SmartCard.DataGrouping;

namespace PersoMesh.Emv.Tests;

public class SecretGroupingsTests
{
    [Fact]
    public void Crt_parts_come_in_the_order_8201_to_8205_and_make_the_key()
    {
        using var kek = Hex.TripleDes("404142434445464748494A4B4C4D4E4F");
        using var groupings = new SecretGroupings(8, GroupingPadding.None);
        groupings.AddRsaCrt(PublishedKeys.Icc);
        var parts = Decipher(groupings.Encipher(kek, TransportKeyMode.Ecb), kek);
        Assert.Equal([0x8201, 0x8202, 0x8203, 0x8204, 0x8205], parts.Select(p => p.Id));
        Assert.All(parts, p => Assert.Equal(64, p.Value.Length));

        // STANDARDS 1.2: 8201 = q^-1 mod p, 8202 = d mod (q-1), 8203 = d mod (p-1), 8204 = q, 8205 = p; e = 3, published modulus.
        BigInteger[] n = [.. parts.Select(p => new BigInteger(p.Value, isUnsigned: true, isBigEndian: true))];
        Assert.Equal(new BigInteger(VectorFile.CardSimulator["iccModulus"], isUnsigned: true, isBigEndian: true), n[3] * n[4]);
        Assert.Equal(BigInteger.One, n[0] * n[3] % n[4]);
        Assert.Equal(BigInteger.One, 3 * n[1] % (n[3] - 1));
        Assert.Equal(BigInteger.One, 3 * n[2] % (n[4] - 1));
    }

    [Theory]
    // A 1160-bit key has parts of 73 bytes; block size 8.
    [InlineData(GroupingPadding.Pad80, 80, "80000000000000")]
    [InlineData(GroupingPadding.Zeros, 80, "00000000000000")]
    public void Parts_of_odd_size_are_padded_as_the_profile_says(GroupingPadding padding, int length, string tail)
    {
        var key = PublishedKeys.Icc;
        key.Modulus = new byte[145];
        using var kek = Hex.TripleDes("404142434445464748494A4B4C4D4E4F");
        using var groupings = new SecretGroupings(8, padding);
        groupings.AddRsaCrt(key, GroupingIds.PinCrt);
        var parts = Decipher(groupings.Encipher(kek, TransportKeyMode.Cbc), kek, TransportKeyMode.Cbc);
        Assert.Equal(0x8301, parts[0].Id);
        Assert.Equal(length, parts[0].Value.Length);
        Assert.Equal(tail, Hex.Of(parts[0].Value.AsSpan(73)));
        Assert.Equal(Hex.Of([.. new byte[9], .. key.InverseQ!]), Hex.Of(parts[0].Value.AsSpan(0, 73)));
    }

    [Fact]
    public void A_part_that_is_wider_than_half_the_modulus_is_refused()
    {
        var key = PublishedKeys.Icc;
        key.P = [0x01, .. key.P!];
        using var groupings = new SecretGroupings(8, GroupingPadding.None);
        Assert.Throws<ArgumentException>(() => groupings.AddRsaCrt(key));
    }

    [Fact]
    public void Without_padding_a_value_must_be_whole_blocks()
    {
        using var groupings = new SecretGroupings(8, GroupingPadding.None);
        var e = Assert.Throws<ArgumentException>(() => groupings.Add(0x8201, new byte[73]));
        Assert.Contains("DGI 8201 has 73 bytes", e.Message, StringComparison.Ordinal);
        groupings.Add(0x8201, new byte[72]);
    }

    [Fact]
    public void Whole_blocks_are_never_padded()
    {
        using var kek = Hex.TripleDes("404142434445464748494A4B4C4D4E4F");
        using var groupings = new SecretGroupings(8, GroupingPadding.Pad80);
        groupings.Add(0x8201, new byte[72]);
        Assert.Equal(72, groupings.Encipher(kek, TransportKeyMode.Ecb)[0].Value.Length);
    }

    [Fact]
    public void Card_keys_and_their_check_values_are_those_of_pyemv()
    {
        // pyemv@cf6b82d: ICC master key by option A for PAN 12345678901234567, PSN 01 (pyemv/kd.py), three times the same IMK here.
        using var imk = Hex.TripleDes("0123456789ABCDEFFEDCBA9876543210");
        var keys = new IssuerMasterKeys(imk, imk, imk, MasterKeyOption.A);
        using var kek = Hex.TripleDes("404142434445464748494A4B4C4D4E4F");
        using var groupings = new SecretGroupings(8, GroupingPadding.None);
        groupings.AddCardKeys(keys, Pan.Parse("12345678901234567"), 1);
        var grouping = Assert.Single(Decipher(groupings.Encipher(kek, TransportKeyMode.Ecb), kek));
        Assert.Equal(0x8000, grouping.Id);
        Assert.Equal(string.Concat(Enumerable.Repeat("73AD54688CEF2934B0979857E3C719F1", 3)), Hex.Of(grouping.Value));

        // Check value 1DA5 of the HSM: tests/test_ac_hsm.py, PAN 9901234567890123, PSN 45.
        var checks = keys.KeyCheckValues(Pan.Parse("9901234567890123"), 45);
        Assert.Equal((0x9000, 9), (checks.Id, checks.Value.Length));
        Assert.Equal(["1DA5", "1DA5", "1DA5"], Enumerable.Range(0, 3).Select(i => Hex.Of(checks.Value.Span.Slice(3 * i, 2))));
    }

    [Fact]
    public void A_record_under_a_transport_key_is_enciphered_again_for_the_card()
    {
        using var transport = Hex.TripleDes("0123456789ABCDEFFEDCBA9876543210");
        using var dek = Hex.TripleDes("404142434445464748494A4B4C4D4E4F");
        using var issuer = new SecretGroupings(8, GroupingPadding.None);
        issuer.AddRsaExponent(PublishedKeys.Icc);
        var record = issuer.Encipher(transport, TransportKeyMode.Cbc);

        using var bureau = new SecretGroupings(8, GroupingPadding.None);
        foreach (var grouping in record)
            bureau.AddEnciphered(grouping, transport, TransportKeyMode.Cbc);
        var card = Decipher(bureau.Encipher(dek, TransportKeyMode.Ecb), dek);
        Assert.Equal([0x8101, 0x8103], card.Select(g => g.Id));
        Assert.Equal(Hex.Of(PublishedKeys.Icc.D), Hex.Of(card[0].Value));
        Assert.Equal(Hex.Of(VectorFile.CardSimulator["iccModulus"]), Hex.Of(card[1].Value));
    }

    [Fact]
    public void Blocks_and_modes_that_do_not_fit_are_refused()
    {
        using var aes = Hex.Aes("404142434445464748494A4B4C4D4E4F");
        using var groupings = new SecretGroupings(8, GroupingPadding.None);
        groupings.Add(0x8000, new byte[48]);
        Assert.Throws<ArgumentException>(() => groupings.Encipher(aes, TransportKeyMode.Ecb));
        Assert.Throws<ArgumentException>(() => groupings.Encipher(aes, (TransportKeyMode)0x12));
        Assert.Throws<ArgumentException>(() => groupings.AddEnciphered(new Dgi(0x8000, new byte[15]), aes, TransportKeyMode.Ecb));
        Assert.Equal("secret DGIs 8000", groupings.ToString());
    }

    static List<(ushort Id, byte[] Value)> Decipher(
        IEnumerable<Dgi> groupings, PersoMesh.Keys.SoftwareKey key, TransportKeyMode mode = TransportKeyMode.Ecb)
    {
        List<(ushort, byte[])> result = [];
        foreach (var grouping in groupings)
        {
            var value = grouping.Value.ToArray();
            if (mode == TransportKeyMode.Ecb)
                key.DecryptEcb(value, value);
            else
                key.DecryptCbc(new byte[8], value, value);
            result.Add((grouping.Id, value));
        }

        return result;
    }
}
