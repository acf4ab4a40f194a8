using static PersoMesh.Conversions.ParameterKinds;

namespace PersoMesh.Conversions;

/// <summary>Dates. There is no clock in here: who wants to compare with today brings it as an input.</summary>
static class DateFunctions
{
    const string Iso = "yyyy-MM-dd";

    static readonly Parameter<DateFormat> In = new(
        "in", "format of the value: yyyy yy MM M dd d DDD (day of year), other letters in '…'", null, DateFormat.ParseInput);

    static readonly Parameter<DateFormat> Out = new("out", "format of the result", null, DateFormat.Parse);

    // EMV terminals read 00-49 as 20yy and 50-99 as 19yy (Book 4, date management): hence the default.
    static readonly Parameter<int> Pivot = Whole("pivot", "two-digit years below it are 20yy, the others 19yy", 0, 100, "50");
    static readonly Parameter<string> Day = Choice(
        "day", "the day when the value has none: first or last of the month; refused when empty", "", "", "first", "last");

    static readonly Parameter<string> NotBefore = Text(
        "notBefore", "earliest date; a value without a day is compared by month; no limit when empty", "");

    static readonly Parameter<string> NotAfter = Text("notAfter", "latest date, likewise", "");
    static readonly Parameter<DateFormat> Bounds = new("bounds", "format of notBefore and notAfter", Iso, DateFormat.ParseInput);

    public static ConversionFunction[] All =>
    [
        new("date", "Brings a date into another format; refuses dates that the calendar does not have.", [In, Out, Pivot, Day],
            [
                Example("12/29", "2912", ("in", "MM/yy"), ("out", "yyMM"), ("pivot", "50")),
                Example("31.12.1999", "1999365", ("in", "dd.MM.yyyy"), ("out", "yyyyDDD")),
                Example("0224", "240229", ("in", "MMyy"), ("out", "yyMMdd"), ("day", "last")),
                Example("13/29", null, ("in", "MM/yy"), ("out", "yyMM")),
                Example("29.02.2023", null, ("in", "dd.MM.yyyy"), ("out", "yyMMdd")),
                Example("1949-12", null, ("in", "yyyy-MM"), ("out", "yyMM")),
            ],
            Convert, a => FaultOfFormats(a.Get(In), a.Get(Out), a.Get(Day))),
        new("date-check", "Refuses a date that the calendar does not have or that lies outside of limits.",
            [In, NotBefore, NotAfter, Bounds, Pivot],
            [
                Example("12/29", "12/29", ("in", "MM/yy"), ("notBefore", "2029-12-31")),
                Example("11/29", null, ("in", "MM/yy"), ("notBefore", "2029-12-01")),
                Example("2030-01-01", null, ("in", Iso), ("notAfter", "2029-12-31")),
                Example("2029-02-30", null, ("in", Iso)),
            ],
            Check),
    ];

    static string Convert(string value, Arguments a)
    {
        var (input, output, pivot) = (a.Get(In), a.Get(Out), a.Get(Pivot));
        if (FaultOfFormats(input, output, a.Get(Day)) is { } mismatch)
            throw a.Refuse(mismatch);
        if (input.Read(value, pivot, out var date) is { } fault)
            throw a.Refuse(fault);
        if (date is { Day: null, Month: { } month } && output.HasDay)
            date = new(date.Year, month, a.Get(Day) == "first" ? 1 : DateTime.DaysInMonth(date.Year, month));
        if (output.HasTwoDigitYear && date.Year - 1900 - pivot is < 0 or > 99)
            throw a.Refuse($"the year is not one of {1900 + pivot} to {1999 + pivot}, which two digits can say with pivot {pivot}");
        return output.Write(date);
    }

    static string Check(string value, Arguments a)
    {
        var pivot = a.Get(Pivot);
        if (a.Get(In).Read(value, pivot, out var date) is { } fault)
            throw a.Refuse(fault);
        if (Bound(a, NotBefore) is { } earliest && date.IsBefore(earliest))
            throw a.Refuse("the date lies before notBefore");
        return Bound(a, NotAfter) is { } latest && latest.IsBefore(date) ? throw a.Refuse("the date lies after notAfter") : value;
    }

    static PartialDate? Bound(Arguments a, Parameter<string> parameter)
    {
        var text = a.Get(parameter);
        if (text.Length == 0)
            return null;
        return a.Get(Bounds).Read(text, a.Get(Pivot), out var date) is { } fault ? throw a.Refuse(parameter, fault) : date;
    }

    static string? FaultOfFormats(DateFormat input, DateFormat output, string day)
    {
        if ((output.HasMonth || output.HasDay) && !input.HasMonth)
            return "'out' has a month or day, 'in' has neither";
        return output.HasDay && !input.HasDay && day.Length == 0 ? "'out' has a day, 'in' has none: say which one with 'day'" : null;
    }
}
