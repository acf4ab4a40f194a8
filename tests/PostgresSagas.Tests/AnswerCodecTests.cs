using FsCheck;
using FsCheck.Fluent;
using PersoMesh.PostgresSagas.Answers;

namespace PersoMesh.PostgresSagas.Tests;

/// <summary>The storage form of answers.</summary>
public sealed class AnswerCodecTests
{
    [Fact]
    public void What_is_written_is_read() =>
        Prop.ForAll(Sets().ToArbitrary(), sets => Same(sets, AnswerCodec.Decode(AnswerCodec.Encode(sets)))).QuickCheckThrowOnFailure();

    [Fact]
    public void Nothing_takes_no_space()
    {
        Assert.Empty(AnswerCodec.Encode([]));
        Assert.Empty(AnswerCodec.Decode([]));
    }

    [Fact]
    public void Anything_cut_off_is_noticed()
    {
        var bytes = AnswerCodec.Encode([new AnswerSet(Guid.NewGuid(), [Example])]);
        for (var length = 1; length < bytes.Length; length++)
            Assert.Throws<InvalidDataException>(() => AnswerCodec.Decode(bytes[..length]));
    }

    [Fact]
    public void A_later_format_is_named_as_the_reason()
    {
        var bytes = AnswerCodec.Encode([new AnswerSet(Guid.NewGuid(), [Example])]);
        bytes[0] = 2;
        Assert.Contains("format 2", Assert.Throws<InvalidDataException>(() => AnswerCodec.Decode(bytes)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Neither_body_nor_headers_are_shown()
    {
        var shown = (Example with { Headers = new Dictionary<string, object> { ["secret-header"] = "secret" } }).ToString();
        Assert.DoesNotContain("secret", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("body", shown, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Values_that_transports_carry_are_kept_and_others_become_text_or_nothing()
    {
        var kept = PlainValues.Of(new Dictionary<string, object>
        {
            ["span"] = TimeSpan.FromMinutes(90),
            ["float"] = 1.5f,
            ["list"] = new List<string> { "a", "b" },
            ["object"] = new { Any = 1 },
        });
        Assert.Equal(["float", "list", "span"], kept.Keys.Order());
        Assert.Equal(("01:30:00", "1.5"), (kept["span"], kept["float"]));
        Assert.Equal(new[] { "a", "b" }, kept["list"]);
    }

    static readonly Answer Example = new()
    {
        MessageId = Guid.NewGuid(),
        Destination = new Uri("exchange:x"),
        ContentType = "application/json",
        MessageTypes = ["urn:message:A:B"],
        Body = [1, 2, 3],
        Headers = new Dictionary<string, object>(),
        Properties = new Dictionary<string, object>(),
    };

    static Gen<AnswerSet[]> Sets()
    {
        var text = ArbMap.Default.GeneratorFor<string>().Select(value => value ?? "").Where(value => !value.Any(char.IsSurrogate));
        var id = ArbMap.Default.GeneratorFor<Guid>();
        var optionalId = ArbMap.Default.GeneratorFor<Guid?>();
        var value = Gen.OneOf(
            text.Select(x => (object)x),
            ArbMap.Default.GeneratorFor<bool>().Select(x => (object)x),
            ArbMap.Default.GeneratorFor<byte>().Select(x => (object)x),
            ArbMap.Default.GeneratorFor<short>().Select(x => (object)x),
            ArbMap.Default.GeneratorFor<int>().Select(x => (object)x),
            ArbMap.Default.GeneratorFor<long>().Select(x => (object)x),
            ArbMap.Default.GeneratorFor<double>().Select(x => (object)x),
            ArbMap.Default.GeneratorFor<decimal>().Select(x => (object)x),
            id.Select(x => (object)x),
            ArbMap.Default.GeneratorFor<DateTime>().Select(x => (object)DateTime.SpecifyKind(x, DateTimeKind.Utc)),
            ArbMap.Default.GeneratorFor<DateTimeOffset>().Select(x => (object)x),
            ArbMap.Default.GeneratorFor<byte[]>().Select(x => (object)(x ?? [])),
            text.ArrayOf().Select(x => (object)x),
            Gen.Constant<object>(new Uri("queue:somewhere?durable=true")));
        var values = (from names in text.ArrayOf()
                      from each in value.ArrayOf(names.Length)
                      let pairs = names.Zip(each).DistinctBy(pair => pair.First, StringComparer.OrdinalIgnoreCase)
                      select pairs.ToDictionary(pair => pair.First, pair => pair.Second)).Resize(5);
        var answer = from messageId in id
                     from contentType in text
                     from types in text.ArrayOf().Resize(3)
                     from body in ArbMap.Default.GeneratorFor<byte[]>()
                     from headers in values
                     from properties in values
                     from ids in optionalId.ArrayOf(4)
                     from hasAddress in ArbMap.Default.GeneratorFor<bool>()
                     from expires in ArbMap.Default.GeneratorFor<DateTime?>()
                     select new Answer
                     {
                         MessageId = messageId,
                         Destination = new Uri("rabbitmq://host/virtual/Name:Type?bind=true"),
                         ContentType = contentType,
                         MessageTypes = types,
                         Body = body ?? [],
                         Headers = headers,
                         Properties = properties,
                         CorrelationId = ids[0],
                         ConversationId = ids[1],
                         InitiatorId = ids[2],
                         RequestId = ids[3],
                         ResponseAddress = hasAddress ? new Uri("queue:answers") : null,
                         Expires = expires is { Ticks: > 0 } moment ? DateTime.SpecifyKind(moment, DateTimeKind.Utc) : null,
                     };
        return (from key in id from messages in answer.ArrayOf().Resize(4) select new AnswerSet(key, messages)).ArrayOf().Resize(4);
    }

    static bool Same(IReadOnlyList<AnswerSet> expected, IReadOnlyList<AnswerSet> actual)
    {
        Assert.Equal(expected.Select(set => set.Key), actual.Select(set => set.Key));
        foreach (var (a, b) in expected.Zip(actual))
        {
            Assert.Equal(a.Messages.Count, b.Messages.Count);
            foreach (var (x, y) in a.Messages.Zip(b.Messages))
            {
                Assert.Equal(x.Body, y.Body);
                Assert.Equal(x.MessageTypes, y.MessageTypes);
                Assert.Equal(x.Headers, y.Headers);
                Assert.Equal(x.Properties, y.Properties);
                Assert.Equal(x with { Body = y.Body, MessageTypes = y.MessageTypes, Headers = y.Headers, Properties = y.Properties }, y);
            }
        }

        return true;
    }
}
