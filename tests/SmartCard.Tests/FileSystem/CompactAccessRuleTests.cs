using PersoMesh.SmartCard.FileSystem;

namespace PersoMesh.SmartCard.Tests.FileSystem;

public class CompactAccessRuleTests
{
    [Fact]
    public void Conditions_stand_from_bit_7_down()
    {
        // ISO/IEC 7816-4 §5.4.3.1: one condition byte for each bit set, the first for the highest.
        var rule = CompactAccessRule.Create(
            new(AccessMode.Read, SecurityCondition.Always),
            new(AccessMode.DeleteSelf, SecurityCondition.Never),
            new(AccessMode.Update, SecurityCondition.UserAuthentication | 0x01));
        Assert.Equal("43FF1100", Convert.ToHexString(rule.ToArray()));
        Assert.Equal((byte?)0xFF, rule.ConditionFor(AccessMode.DeleteSelf));
        Assert.Equal((byte?)0x11, rule.ConditionFor(AccessMode.Update));
        Assert.Equal((byte?)0x00, rule.ConditionFor(AccessMode.Read));
        Assert.Null(rule.ConditionFor(AccessMode.Activate));
    }

    [Fact]
    public void Several_rules_follow_one_another()
    {
        var rules = CompactAccessRule.Parse(Convert.FromHexString("0320000110"));
        Assert.Equal([(3, 2), (1, 1)], rules.Select(rule => ((int)rule.Mode, rule.Conditions.Length)));
        Assert.Equal((byte?)0x10, rules[1].ConditionFor(AccessMode.Read));
        Assert.Empty(CompactAccessRule.Parse(default));
    }

    [Theory]
    [InlineData("7F000000000000", 0)]
    [InlineData("010002", 2)]
    public void Missing_conditions_are_refused(string hex, int offset)
    {
        Assert.False(CompactAccessRule.TryParse(Convert.FromHexString(hex), out _));
        Assert.Equal(offset, Assert.Throws<CardDataException>(() => CompactAccessRule.Parse(Convert.FromHexString(hex))).Offset);
    }

    [Fact]
    public void Only_single_operations_have_a_condition()
    {
        Assert.Throws<ArgumentException>(() => CompactAccessRule.Create(new AccessCondition(0x03, 0x00)));
        Assert.Throws<ArgumentException>(() => CompactAccessRule.Create(new AccessCondition(0x80, 0x00)));
        Assert.Throws<ArgumentException>(() => CompactAccessRule.Create(new AccessCondition(0x01, 0x00), new(0x01, 0xFF)));
        Assert.Throws<ArgumentOutOfRangeException>(() => CompactAccessRule.Create(new AccessCondition(0x01, 0x00)).ConditionFor(0x03));
    }

    [Fact]
    public void What_is_written_is_read_back() => Property.Holds(CardBytes.Any(7), conditions =>
    {
        var pairs = conditions.Select((condition, i) => new AccessCondition((byte)(1 << i), condition)).ToArray();
        var rule = CompactAccessRule.Create(pairs);
        var read = CompactAccessRule.Parse(rule.ToArray());
        return read.Count == 1 && pairs.All(pair => read[0].ConditionFor(pair.Operation) == pair.Condition);
    });
}
