using System.Text;
using PersoMesh.SmartCard.AnswerToReset;

namespace PersoMesh.Perso.Card;

sealed record AtrGroupView(int Index, string? Ta, string? Tb, string? Tc, string? Td);

sealed record AtrHistoricalView(
    string Value, string? Text, IReadOnlyList<AtrObjectView> Objects, string? LifeCycle, string? StatusWord, string? Capabilities);

sealed record AtrObjectView(string Tag, string Value);

/// <summary>An answer-to-reset for people, and as JSON.</summary>
sealed record AtrView(
    string Bytes, string Convention, IReadOnlyList<int> Protocols, int? SpecificMode, int? ClockRateConversion, int? BaudRateAdjustment,
    double? MaxClockMegahertz, int ExtraGuardTime, int? WaitingTimeInteger, AtrBlockProtocol? BlockProtocol, string? Voltages,
    IReadOnlyList<AtrGroupView> InterfaceBytes, AtrHistoricalView HistoricalBytes, string Checksum)
{
    public static AtrView From(Atr atr) => new(
        CardOutput.Hex(atr.Bytes),
        atr.Convention == AtrConvention.Direct ? "direct" : "inverse",
        atr.Protocols,
        atr.SpecificMode?.Protocol,
        atr.Factors.ClockRateConversion,
        atr.Factors.BaudRateAdjustment,
        atr.Factors.MaxClockMegahertz,
        atr.ExtraGuardTime,
        atr.WaitingTimeInteger,
        atr.BlockProtocol,
        atr.VoltageClasses?.ToString(),
        [.. atr.InterfaceBytes.Select(group => new AtrGroupView(group.Index, Hex(group.Ta), Hex(group.Tb), Hex(group.Tc), Hex(group.Td)))],
        From(atr.HistoricalBytes),
        atr.Checksum switch
        {
            AtrChecksum.NotUsed => "not there, and not needed",
            AtrChecksum.Correct => "correct",
            AtrChecksum.Wrong => "WRONG",
            _ => "MISSING",
        });

    static AtrHistoricalView From(HistoricalBytes bytes)
    {
        var value = bytes.Bytes.Span;
        var isText = value.Length > 0 && !value.ContainsAnyExceptInRange((byte)' ', (byte)'~');
        return new(
            CardOutput.Hex(bytes.Bytes),
            isText ? Encoding.ASCII.GetString(value) : null,
            [.. bytes.Objects.Select(item => new AtrObjectView($"{item.Tag:X}", CardOutput.Hex(item.Value)))],
            Hex(bytes.LifeCycle),
            bytes.StatusWord is { } statusWord ? $"{statusWord:X4}" : null,
            bytes.CardCapabilities is { } capabilities ? Describe(capabilities) : null);
    }

    static string Describe(CardCapabilities capabilities)
    {
        List<string> parts = [$"{capabilities.LogicalChannels} logical channel{(capabilities.LogicalChannels == 1 ? "" : "s")}"];
        if (capabilities.SupportsExtendedLength)
            parts.Add("extended length");
        if (capabilities.SupportsCommandChaining)
            parts.Add("command chaining");
        return string.Join(", ", parts);
    }

    static string? Hex(byte? value) => value is { } b ? $"{b:X2}" : null;
}
