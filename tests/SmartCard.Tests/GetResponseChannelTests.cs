namespace PersoMesh.SmartCard.Tests;

/// <summary>
/// The exchanges of EMV 4.3 Book 1 Annex A (EMV Contact Interface Specification 1.0 Annex A), with the data that openemv/emv-utils
/// tests/emv_ttl_pcsc_test.c and emv_ttl_tpdu_test.c put into them.
/// </summary>
public class GetResponseChannelTests
{
    const string SelectPse = "00A404000E315041592E5359532E4444463031";
    const string ReadRecord = "00B2010C00";

    public static TheoryData<TransmissionProtocol> Protocols => [TransmissionProtocol.T0, TransmissionProtocol.T1];

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Commands_without_data_either_way_pass(TransmissionProtocol protocol)
    {
        // Annex A1, A3.
        await Exchange(protocol, "12345678", "9000", ("12345678", "9000"));
        await Exchange(protocol, "12345678", "6A81", ("12345678", "6A81"));
        await Exchange(protocol, "0082000004DEADBEEF", "6A81", ("0082000004DEADBEEF", "6A81"));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task A_wrong_Le_is_corrected_once(TransmissionProtocol protocol)
    {
        // Annex A2: normal, and error at the second try.
        const string Record = Samples.DirectoryRecord + "9000";
        await Exchange(protocol, ReadRecord, Record, (ReadRecord, "6C1C"), ("00B2010C1C", Record));
        await Exchange(protocol, ReadRecord, "6581", (ReadRecord, "6C1C"), ("00B2010C1C", "6581"));
        await Exchange(protocol, ReadRecord, "6C1C", (ReadRecord, "6C1C"), ("00B2010C1C", "6C1C"));
    }

    [Fact]
    public async Task On_T0_the_Le_of_a_command_with_data_is_not_sent_and_its_response_is_fetched() =>
        // Annex A4.
        await Exchange(
            TransmissionProtocol.T0, SelectPse + "00", Samples.PaymentSystemEnvironment + "9000",
            (SelectPse, "6126"), ("00C0000026", Samples.PaymentSystemEnvironment + "9000"));

    [Fact]
    public async Task On_T1_the_Le_of_a_command_with_data_is_sent() =>
        await Exchange(
            TransmissionProtocol.T1, SelectPse + "00", Samples.PaymentSystemEnvironment + "9000",
            (SelectPse + "00", "6126"), ("00C0000026", Samples.PaymentSystemEnvironment + "9000"));

    [Fact]
    public async Task An_error_while_fetching_is_the_answer() =>
        // Annex A4, late error.
        await Exchange(TransmissionProtocol.T0, SelectPse + "00", "6581", (SelectPse, "6126"), ("00C0000026", "6581"));

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Both_ways_of_saying_it_can_follow_one_another(TransmissionProtocol protocol)
    {
        // Annex A5: 6Cxx, 61xx, and the data in two parts.
        var (first, second) = (Samples.DirectoryRecord[..26], Samples.DirectoryRecord[26..]);
        await Exchange(
            protocol, ReadRecord, Samples.DirectoryRecord + "9000",
            (ReadRecord, "6C1C"), ("00B2010C1C", "611C"), ("00C000001C", first + "610F"), ("00C000000F", second + "9000"));
    }

    [Fact]
    public async Task A_response_may_come_in_parts()
    {
        // Annex A6.
        var (first, second) = (Samples.PaymentSystemEnvironment[..30], Samples.PaymentSystemEnvironment[30..]);
        await Exchange(
            TransmissionProtocol.T0, SelectPse + "00", Samples.PaymentSystemEnvironment + "9000",
            (SelectPse, "6126"), ("00C0000026", first + "6114"), ("00C0000014", second + "9000"));
    }

    [Fact]
    public async Task A_warning_before_the_data_remains_the_status()
    {
        // Annex A7, first example.
        await Exchange(
            TransmissionProtocol.T0, SelectPse + "00", Samples.PaymentSystemEnvironment + "6286",
            (SelectPse, "6286"), ("00C0000000", "6C26"), ("00C0000026", Samples.PaymentSystemEnvironment + "9000"));
        // There may be nothing to fetch.
        await Exchange(TransmissionProtocol.T0, SelectPse + "00", "6283", (SelectPse, "6283"), ("00C0000000", "6985"));
        // On T=1 a warning without data is all that there is.
        await Exchange(TransmissionProtocol.T1, SelectPse + "00", "6283", (SelectPse + "00", "6283"));
    }

    [Fact]
    public async Task A_warning_with_the_data_is_the_status() =>
        // Annex A7, second example.
        await Exchange(
            TransmissionProtocol.T0, SelectPse + "00", Samples.PaymentSystemEnvironment + "6286",
            (SelectPse, "6126"), ("00C0000026", Samples.PaymentSystemEnvironment + "6286"));

    [Fact]
    public async Task A_warning_to_a_command_that_expects_no_data_is_left_alone() =>
        await Exchange(TransmissionProtocol.T0, "002000800431323334", "63C2", ("002000800431323334", "63C2"));

    [Theory]
    // ISO/IEC 7816-4 §5.1.1, GPC 2.3.1 §11.1.4, 3GPP TS 51.011 §9.2: the channel goes along, secure messaging does not.
    [InlineData("00", "00")]
    [InlineData("0C", "00")]
    [InlineData("02", "02")]
    [InlineData("84", "00")]
    [InlineData("87", "03")]
    [InlineData("45", "45")]
    [InlineData("65", "45")]
    [InlineData("E1", "41")]
    [InlineData("A0", "A0")]
    public async Task Get_response_goes_to_the_channel_of_the_command(string cla, string expected) =>
        await Exchange(
            TransmissionProtocol.T1, cla + "CA000000", "01029000", (cla + "CA000000", "6102"), (expected + "C0000002", "01029000"));

    [Fact]
    public async Task A_protected_command_is_repeated_as_it_was()
    {
        // STANDARDS: pitfall 19. Command from published.md 3 (SCP02, GET STATUS).
        const string Protected = "84F2200010DD0DA4CBDB95ABD873FB51E99ED8D1F9";
        await Exchange(TransmissionProtocol.T1, Protected + "00", "AABB9000", (Protected + "00", "6C02"), (Protected + "02", "AABB9000"));
    }

    [Fact]
    public async Task SW2_of_zero_stands_for_256()
    {
        var full = string.Concat(Enumerable.Repeat("5A", 256));
        await Exchange(
            TransmissionProtocol.T0, "00CA000010", full + full + "9000",
            ("00CA000010", "6100"), ("00C0000000", full + "6100"), ("00C0000000", full + "9000"));
    }

    [Fact]
    public async Task A_card_that_announces_without_end_is_given_up()
    {
        var card = new FakeCard(_ => Convert.FromHexString("6105"));
        var channel = new GetResponseChannel(card, TransmissionProtocol.T1);
        await Assert.ThrowsAsync<CardDataException>(async () => await channel.TransmitAsync(new(0, 0xCA, 0, 0, ne: 256), default));
        Assert.Equal(2, card.Commands);
    }

    [Fact]
    public async Task A_card_that_sends_more_than_64_kB_is_given_up()
    {
        var card = new FakeCard(_ => [.. new byte[255], 0x61, 0xFF]);
        var channel = new GetResponseChannel(card, TransmissionProtocol.T1);
        await Assert.ThrowsAsync<CardDataException>(async () => await channel.TransmitAsync(new(0, 0xCA, 0, 0, ne: 256), default));
        Assert.Equal(258, card.Commands);
    }

    [Fact]
    public async Task A_card_that_drips_is_given_up()
    {
        var card = new FakeCard(_ => [0x5A, 0x61, 0x01]);
        var channel = new GetResponseChannel(card, TransmissionProtocol.T1);
        await Assert.ThrowsAsync<CardDataException>(async () => await channel.TransmitAsync(new(0, 0xCA, 0, 0, ne: 256), default));
        Assert.InRange(card.Commands, 2, 1100);
    }

    [Fact]
    public async Task Sixty_four_kilobytes_are_delivered()
    {
        var card = new FakeCard(number => [.. new byte[256], 0x61, 0x00], last: 256, [.. new byte[256], 0x90, 0x00]);
        var response = await new GetResponseChannel(card, TransmissionProtocol.T1).TransmitAsync(new(0, 0xCA, 0, 0, ne: 65_536), default);
        Assert.Equal((65_536, StatusWords.Success), (response.Data.Length, response.StatusWord));
    }

    [Fact]
    public async Task The_token_reaches_the_card()
    {
        using var source = new CancellationTokenSource();
        await source.CancelAsync();
        var channel = new GetResponseChannel(new FakeCard(_ => Convert.FromHexString("9000")), TransmissionProtocol.T0);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await channel.TransmitAsync(new(0, 0xCA, 0, 0), source.Token));
    }

    [Fact]
    public void Any_answers_end_in_a_response_or_a_refusal() => Property.Holds(CardBytes.Any(400), noise =>
    {
        var at = 0;
        var card = new FakeCard(_ =>
        {
            var data = noise.Skip(at++ % 7).Take(noise.Length / 8);
            return [.. data, (byte)(0x60 | (noise.Length * at % 0x10)), (byte)(noise.Length + at)];
        });
        var channel = new GetResponseChannel(card, noise.Length % 2 == 0 ? TransmissionProtocol.T0 : TransmissionProtocol.T1);
        try
        {
            var command = new CommandApdu(0, 0xA4, 4, 0, new byte[noise.Length % 3], noise.Length % 5 == 0 ? null : 256);
            var exchange = channel.TransmitAsync(command, default);
            var response = exchange.IsCompleted ? exchange.GetAwaiter().GetResult() : null;
            return response?.Data.Length <= GetResponseChannel.MaxResponseLength && card.Commands < 2100;
        }
        catch (CardDataException)
        {
            return card.Commands < 2100;
        }
    });

    static async Task Exchange(
        TransmissionProtocol protocol, string command, string response, params (string Command, string Response)[] script)
    {
        var at = 0;
        var card = new ScriptedCard(sent =>
        {
            Assert.True(at < script.Length, $"Nothing more was to be sent, but {sent} was.");
            Assert.Equal(script[at].Command, sent);
            return script[at++].Response;
        });
        var channel = new GetResponseChannel(card, protocol);
        var result = await channel.TransmitAsync(CommandApdu.Parse(Convert.FromHexString(command)), CancellationToken.None);
        Assert.Equal(response, Convert.ToHexString(result.ToArray()));
        Assert.Equal(script.Length, at);
    }

    sealed class ScriptedCard(Func<string, string> answer) : ICardChannel
    {
        public ValueTask<ResponseApdu> TransmitAsync(CommandApdu command, CancellationToken cancellationToken) =>
            ValueTask.FromResult(ResponseApdu.Parse(Convert.FromHexString(answer(Convert.ToHexString(command.ToArray())))));
    }

    sealed class FakeCard(Func<int, byte[]> answer, int last = int.MaxValue, byte[]? lastAnswer = null) : ICardChannel
    {
        public int Commands { get; private set; }

        public ValueTask<ResponseApdu> TransmitAsync(CommandApdu command, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Commands++;
            return ValueTask.FromResult(ResponseApdu.Parse(Commands >= last ? lastAnswer! : answer(Commands)));
        }
    }
}
