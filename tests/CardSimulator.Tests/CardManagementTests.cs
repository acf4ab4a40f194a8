namespace PersoMesh.CardSimulator.Tests;

/// <summary>Content, key and life cycle management by the issuer security domain (GPC 2.3.1 chapter 11).</summary>
public class CardManagementTests
{
    const string Aid = Some.PaymentAid;

    [Fact]
    public void Selection_returns_the_security_domains_FCI()
    {
        var card = Some.Emv().Card;
        var fci = card.Send("00A4040000");
        Assert.StartsWith("6F", fci);
        Assert.Contains("8408A000000151000000A5", fci);
        Assert.Contains("06092A864886FC6B040255", fci);
        Assert.EndsWith("9F6501FF9000", fci);
    }

    [Fact]
    public void Partial_AIDs_select_one_application_after_the_other()
    {
        var host = Some.Emv().Open();
        host.Install("A0000000031001");
        host.Install("A0000000031002");
        host.Install("A0000000041010");
        Assert.Contains("8407A0000000031001", host.Card.Send("00A4040005A000000003"));
        Assert.Contains("8407A0000000031002", host.Card.Send("00A4040205A000000003"));
        Assert.Equal("6A82", host.Card.Send("00A4040205A000000003"));
        Assert.Contains("8407A0000000031002", host.Card.Send("00A4040007A000000003100200"));
        Assert.Contains("8408A000000151000000", host.Card.Send("00A4040005A000000151"));
    }

    [Fact]
    public void Card_data_says_which_secure_channel_the_card_has()
    {
        Assert.Contains("640B06092A864886FC6B040370", Some.Badge().Card.Send("80CA006600"));
        Assert.Equal("E012C00401208010C00402208010C004032080109000", Some.Emv().Card.Send("80CA00E000"));
        Assert.StartsWith("E012C00401308820", Some.Badge(keyLength: 32).Card.Send("00CA00E000"));
    }

    [Fact]
    public void Serial_number_stands_in_CPLC_and_key_diversification_data()
    {
        var host = Some.Emv();
        Assert.Equal("01020304", host.Card.SerialNumber);
        var cplc = host.Card.Send("80CA9F7F00");
        Assert.StartsWith("9F7F2A", cplc);
        Assert.Equal("01020304", cplc[(2 * 15)..(2 * 19)]);
        Assert.Equal(42, CardInspector.ReadCplc(host.Card).Length);
        Assert.Equal("CF0AFFFF1234560101020304" + "9000", host.Card.Send("80CA00CF00"));
        host.Initialize();
        Assert.EndsWith("01020304", Convert.ToHexString(host.InitializeUpdateResponse[..10]));
    }

    [Theory]
    [InlineData("A00000015100", "6985")] // a name of nobody: installed below
    [InlineData("A000000151000000", "6985")] // the security domain's
    [InlineData(Blueprints.PaymentPackage, "6985")]
    [InlineData("A0000000", "6A80")]
    public void Names_are_given_once(string aid, string status)
    {
        var host = Some.Emv().Open();
        host.Install("A00000015100");
        Assert.Equal(status, host.Install(aid));
    }

    [Theory]
    [InlineData("F0504552534F4D09", Blueprints.PaymentModule, "6A88")]
    [InlineData(Blueprints.PaymentPackage, "F0504552534F4D0109", "6A88")]
    public void What_is_installed_must_be_on_the_card(string package, string module, string status)
    {
        var host = Some.Emv().Open();
        Assert.Equal(status, host.SendData("80E60C00", Some.Lv(package) + Some.Lv(module) + Some.Lv(Aid) + "010002C90000"));
    }

    [Theory]
    [InlineData("", "6A80")] // C9 is mandatory
    [InlineData("EF04C8020010", "6A80")]
    [InlineData("C900EF04C8020010", "009000")]
    [InlineData("C900EF06C80400FFFFFF", "6A84")]
    public void Installation_parameters(string parameters, string status) =>
        Assert.Equal(status, Some.Emv().Open().Install(parameters: parameters));

    [Fact]
    public void An_application_installed_only_cannot_be_selected_until_made_selectable()
    {
        var host = Some.Emv().Open();
        Assert.Equal("009000", host.Install(p1: "04"));
        Assert.Equal("6A82", host.Card.Send($"00A4040006{Aid}00"));
        Assert.Equal("009000", host.SendData("80E60800", "0000" + Some.Lv(Aid) + "0100" + "0000"));
        Assert.Equal("6985", host.SendData("80E60800", "0000" + Some.Lv(Aid) + "0100" + "0000"));
        Assert.EndsWith("9000", host.Card.Send($"00A4040006{Aid}00"));
    }

    [Fact]
    public void An_application_with_card_reset_privilege_is_selected_by_default()
    {
        var host = Some.Emv().Open();
        host.SendData("80E60C00", Some.Lv(Blueprints.PaymentPackage) + Some.Lv(Blueprints.PaymentModule) + Some.Lv(Aid) + "010402C90000");
        host.Card.Reset();
        Assert.Equal("6985", host.Card.Send("80CA9F3600"));
    }

    [Fact]
    public void The_registry_is_listed_page_by_page()
    {
        var host = Some.Emv().Open();
        for (var i = 0; i < 9; i++)
            Assert.Equal("009000", host.Install($"A00000000310{i:X2}"));
        var listed = host.Send("80F24002024F0000");
        Assert.EndsWith("6310", listed);
        while (listed.EndsWith("6310", StringComparison.Ordinal))
            listed = listed[..^4] + host.Send("80F24003024F0000");
        Assert.EndsWith("9000", listed);
        Assert.Equal(9, listed.Split("E3").Length - 1);
        Assert.Contains(
            "E324" + "4F07A0000000031003" + "9F700107" + "C50100" + $"C408{Blueprints.PaymentPackage}" + "CC08A000000151000000", listed);
        Assert.Equal("6A88", host.Send("80F24002044F02BBBB00"));
        Assert.Contains("9F700101C5039EFE80", host.Send("80F28002024F0000"));
        Assert.DoesNotContain("84", host.Send("80F22002024F0000"));
        Assert.Contains($"8409{Blueprints.PaymentModule}8409{Blueprints.DirectoryModule}", host.Send("80F21002024F0000"));
        Assert.Equal("6A80", host.Send("80F2400200"));
    }

    [Fact]
    public void Deletion_gives_memory_and_name_back()
    {
        var host = Some.Emv();
        var free = host.Card.FreeBytes;
        host.Personalized();
        Assert.True(host.Card.FreeBytes < free);
        Assert.Equal("009000", host.SendData("80E40000", "4F" + Some.Lv(Aid)));
        Assert.Equal(free, host.Card.FreeBytes);
        Assert.Equal("6A88", host.SendData("80E40000", "4F" + Some.Lv(Aid)));
        Assert.Equal("009000", host.Install());
    }

    [Fact]
    public void A_package_goes_only_with_its_applications()
    {
        var host = Some.Emv().Open();
        host.Install();
        Assert.Equal("6985", host.SendData("80E40000", "4F" + Some.Lv(Blueprints.PaymentPackage)));
        Assert.Equal("009000", host.SendData("80E40080", "4F" + Some.Lv(Blueprints.PaymentPackage)));
        Assert.Empty(host.Card.Applications);
    }

    [Fact]
    public void Card_life_cycle_goes_forward()
    {
        var host = Some.Emv().Open();
        Assert.Equal("6985", host.Send("80F0800F00"));
        Assert.Equal("9000", host.Send("80F0800700"));
        Assert.Equal("9000", host.Send("80F0800F00"));
        Assert.Equal("6985", host.Send("80F0800700"));
        Assert.Equal(0x0F, host.Card.LifeCycle);
    }

    [Fact]
    public void A_locked_card_lets_only_the_security_domain_be_selected()
    {
        var host = Some.Emv().Open();
        host.Install();
        foreach (var state in new[] { "07", "0F", "7F" })
            Assert.Equal("9000", host.Send($"80F080{state}00"));
        Assert.Equal("6985", host.Install("A0000000031099"));
        Assert.EndsWith("6283", host.Card.Send("00A4040000"));
        Assert.Equal("6A81", host.Card.Send($"00A4040006{Aid}00"));
        Assert.Equal("9000", host.Initialize());
        Assert.Equal("9000", host.Authenticate(0x03));
        Assert.Equal("9000", host.Send("80F0800F00"));
        Assert.EndsWith("9000", host.Card.Send($"00A4040006{Aid}00"));
    }

    [Fact]
    public void A_terminated_card_answers_get_data_only()
    {
        var host = Some.Emv().Open();
        Assert.Equal("9000", host.Send("80F080FF00"));
        host.Card.Reset();
        Assert.StartsWith("9F7F", host.Card.Send("80CA9F7F00"));
        Assert.Equal("6985", host.Card.Send("00A4040000"));
        Assert.Equal("6985", host.Initialize());
    }

    [Fact]
    public void A_locked_application_returns_to_its_state_before()
    {
        var host = Some.Emv().Personalized();
        Assert.Equal("9000", host.Send($"80F0408006{Aid}"));
        Assert.Equal(0x8F, host.Card.Applications[0].LifeCycle);
        Assert.Equal("6A82", host.Card.Send($"00A4040006{Aid}00"));
        Assert.Equal("6985", host.Personalize());
        Assert.Equal("9000", host.Send($"80F0400706{Aid}"));
        Assert.Equal(0x0F, host.Card.Applications[0].LifeCycle);
        Assert.Equal("6A88", host.Send("80F0408005AABBCCDDEE"));
    }

    [Fact]
    public void Card_data_objects_are_stored_as_TLV_or_in_a_data_grouping()
    {
        var host = Some.Emv().Open();
        Assert.Equal("9000", host.Send("80E2900005" + "4203123456"));
        Assert.Equal("9000", host.Send("80E2880008" + "007005" + "4503ABCDEF"));
        Assert.Equal("4203123456" + "9000", host.Send("80CA004200"));
        Assert.Equal("4503ABCDEF" + "9000", host.Send("80CA004500"));
        Assert.Equal("6A80", host.Send("80E2900004" + "C1020000"));
        Assert.Equal("6A80", host.Send("80E2900002" + "4203"));
    }

    [Fact]
    public void The_security_domain_can_be_renamed()
    {
        var host = Some.Emv().Open();
        Assert.Equal("9000", host.Send("80E290000A" + "4F08A000000003000000"));
        Assert.Contains("8408A000000003000000", host.Card.Send("00A4040000"));
        Assert.Equal("6A82", host.Card.Send("00A4040008A00000015100000000"));
    }

    // Last use of published keys: what the host put on the card opens the next session, and no other does.
    [Theory]
    [InlineData(2, 0x20, 0x20)]
    [InlineData(2, 0x00, 0x21)]
    [InlineData(2, 0x20, 0x22)]
    [InlineData(3, 0x30, 0x30)]
    [InlineData(3, 0x00, 0x31)]
    public void Put_key_replaces_or_adds_a_key_set(int protocol, int oldVersion, int newVersion)
    {
        var host = Some.Host(protocol).Open();
        var key = Hex.Bytes(Some.AesKey);
        var (block, kcv) = protocol == 2
            ? ("8010" + host.Encrypt(Some.Key) + "03" + Some.DesKcv, Some.DesKcv)
            : ("881110" + host.Encrypt(Some.AesKey) + "03" + Some.AesKcv, Some.AesKcv);
        Assert.Equal(
            $"{newVersion:X2}{kcv}{kcv}{kcv}9000", host.SendData($"80D8{oldVersion:X2}81", $"{newVersion:X2}{block}{block}{block}"));
        Assert.Equal(oldVersion == 0 ? 2 : 1, host.Card.KeySets.Count);
        var added = host.Card.KeySets.Single(k => k.Version == newVersion);
        Assert.Equal([kcv, kcv, kcv], added.CheckValues);
        Assert.Equal(0, added.SequenceCounter);
        TestHost next = protocol == 2 ? host : new TestHost03(host.Card, key, key, key);
        next.Card.Reset();
        Assert.Equal("9000", next.Initialize((byte)newVersion));
        Assert.Equal("9000", next.Authenticate(0x03));
    }

    [Theory]
    [InlineData("80D80081", "20", "6A80")] // this version exists: it can only be replaced
    [InlineData("80D82181", "21", "6A88")] // nothing to replace
    [InlineData("80D82081", "80", "6A80")]
    [InlineData("80D82001", "20", "6A86")]
    public void Put_key_refuses_wrong_versions(string header, string newVersion, string status)
    {
        var host = Some.Emv().Open();
        var block = "8010" + host.Encrypt(Some.Key) + "03" + Some.DesKcv;
        Assert.Equal(status, host.SendData(header, newVersion + block + block + block));
    }

    [Fact]
    public void Put_key_refuses_wrong_check_values_and_keeps_the_old_keys()
    {
        var host = Some.Emv().Open();
        var good = "8010" + host.Encrypt(Some.Key) + "03" + Some.DesKcv;
        Assert.Equal("6982", host.SendData("80D82081", "20" + good + good + good[..^2] + "00"));
        Assert.Equal("6A80", host.SendData("80D82081", "20" + good + good));
        Assert.Equal([0x20], host.Card.KeySets.Select(k => (int)k.Version));
        Assert.Equal(1, host.Card.KeySets[0].SequenceCounter);
    }

    // Amendment D §7.2 / STANDARDS.md §4.3: 24 key bytes travel in 32, and in the clear length byte.
    [Fact]
    public void Put_key_of_AES_192()
    {
        var host = Some.Badge().Open();
        const string Key192 = "000102030405060708090A0B0C0D0E0F0001020304050607"; // check value by openssl enc -aes-192-ecb
        var block = "882118" + host.Encrypt(Key192 + "FFFFFFFFFFFFFFFF") + "03" + "42D79D";
        Assert.Equal("31" + "42D79D42D79D42D79D" + "9000", host.SendData("80D80081", "31" + block + block + block));
        var key = Hex.Bytes(Key192);
        var next = new TestHost03(host.Card, key, key, key);
        Assert.Equal("9000", next.Initialize(0x31));
        Assert.Equal("9000", next.Authenticate(0x33));
    }

    [Fact]
    public void A_key_set_can_be_deleted_but_not_the_last()
    {
        var host = Some.Emv().Open();
        Assert.Equal("6985", host.SendData("80E40000", "D20120"));
        var block = "8010" + host.Encrypt(Some.Key) + "03" + Some.DesKcv;
        host.SendData("80D80081", "21" + block + block + block);
        Assert.Equal("009000", host.SendData("80E40000", "D20120"));
        Assert.Equal("6A88", host.SendData("80E40000", "D20120"));
    }
}
