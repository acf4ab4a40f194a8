namespace PersoMesh.Conversions;

/// <summary>A date as far as it was given: an expiry date has no day.</summary>
sealed class PartialDate(int year, int? month, int? day)
{
    public int Year => year;

    public int? Month => month;

    public int? Day => day;

    /// <summary>Compares dates as far as both are given: against a date without a day, by month.</summary>
    public bool IsBefore(PartialDate other)
    {
        if (year != other.Year)
            return year < other.Year;
        return month == other.Month ? day < other.Day : month < other.Month; // false when one is missing
    }

    public int DayOfYear => new DateOnly(year, month!.Value, day!.Value).DayOfYear;
}

/// <summary>
/// A date format: yyyy or yy, MM or M, dd or d, DDD (day of the year, 001 to 366); other letters stand between apostrophes,
/// all else for itself. M and d take one or two digits, so no digit may follow them.
/// </summary>
sealed class DateFormat
{
    readonly Token[] _tokens;

    DateFormat(Token[] tokens) => _tokens = tokens;

    enum Part
    {
        Literal,
        Year4,
        Year2,
        Month2,
        Month1,
        Day2,
        Day1,
        DayOfYear,
    }

    public bool HasYear => Has(Part.Year4) || Has(Part.Year2);

    public bool HasTwoDigitYear => Has(Part.Year2);

    public bool HasMonth => Has(Part.Month2) || Has(Part.Month1) || Has(Part.DayOfYear);

    public bool HasDay => Has(Part.Day2) || Has(Part.Day1) || Has(Part.DayOfYear);

    /// <summary>A format that a date can be read from: it must have a year, and a month where it has a day.</summary>
    public static Parsed<DateFormat> ParseInput(string text)
    {
        var parsed = Parse(text);
        if (parsed.Fault is not null)
            return parsed;
        if (!parsed.Value.HasYear)
            return Parsed<DateFormat>.Malformed("it has no year");
        return parsed.Value.HasDay && !parsed.Value.HasMonth ? Parsed<DateFormat>.Malformed("it has a day but no month") : parsed;
    }

    public static Parsed<DateFormat> Parse(string text)
    {
        var tokens = new List<Token>();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\'')
            {
                var close = text.IndexOf('\'', i + 1);
                if (close < 0)
                    return Parsed<DateFormat>.Malformed($"the apostrophe at character {i + 1} has no partner");
                tokens.AddRange(text[(i + 1)..close].Select(c => new Token(Part.Literal, c)));
                i = close;
            }
            else if (char.IsAsciiLetter(text[i]))
            {
                var run = text.AsSpan(i).IndexOfAnyExcept(text[i]);
                run = run < 0 ? text.Length - i : run;
                if (PartOf(text.Substring(i, run)) is not { } part)
                    return Parsed<DateFormat>.Malformed($"the letters from character {i + 1} on are none of yyyy yy MM M dd d DDD");
                tokens.Add(new(part, default));
                i += run - 1;
            }
            else
            {
                tokens.Add(new(Part.Literal, text[i]));
            }
        }

        return FaultOf(tokens) is { } fault ? Parsed<DateFormat>.Malformed(fault) : new DateFormat([.. tokens]);
    }

    /// <summary>Reads a date.</summary>
    /// <param name="value">The text.</param>
    /// <param name="pivot">Two-digit years below it are 20yy, the others 19yy.</param>
    /// <param name="date">The date, which exists in the calendar.</param>
    /// <returns>What is wrong, or null.</returns>
    public string? Read(string value, int pivot, out PartialDate date)
    {
        date = new(0, null, null);
        var (year, month, day, dayOfYear, at) = (0, (int?)null, (int?)null, (int?)null, 0);
        foreach (var token in _tokens)
        {
            if (token.Part == Part.Literal)
            {
                if (at >= value.Length)
                    return TooShort(value);
                if (value[at] != token.Literal)
                    return $"character {at + 1} is {CharacterClass.Of(value[at])}, not what the format has there";
                at++;
                continue;
            }

            if (ReadNumber(value, ref at, token.Part) is not { } number)
                return at < value.Length ? $"character {at + 1} is {CharacterClass.Of(value[at])}, not a digit" : TooShort(value);
            switch (token.Part)
            {
                case Part.Year4: year = number; break;
                case Part.Year2: year = number + (number < pivot ? 2000 : 1900); break;
                case Part.Month1 or Part.Month2: month = number; break;
                case Part.Day1 or Part.Day2: day = number; break;
                default: dayOfYear = number; break;
            }
        }

        return at < value.Length ? $"{value.Length - at} characters too many" : Check(year, month, day, dayOfYear, out date);
    }

    /// <summary>Writes a date that has all parts of the format.</summary>
    public string Write(PartialDate date) => string.Concat(_tokens.Select(token => token.Part switch
    {
        Part.Literal => token.Literal.ToString(),
        Part.Year4 => $"{date.Year:0000}",
        Part.Year2 => $"{date.Year % 100:00}",
        Part.Month2 => $"{date.Month:00}",
        Part.Month1 => $"{date.Month}",
        Part.Day2 => $"{date.Day:00}",
        Part.Day1 => $"{date.Day}",
        _ => $"{date.DayOfYear:000}",
    }));

    static string? Check(int year, int? month, int? day, int? dayOfYear, out PartialDate date)
    {
        date = new(year, month, day);
        if (year < 1)
            return "there is no year 0";
        if (month is < 1 or > 12)
            return "the month is not 1 to 12";
        if (day < 1 || (month is { } m && day > DateTime.DaysInMonth(year, m)))
            return "the month has no such day";
        if (dayOfYear is not { } n)
            return null;
        if (n < 1 || n > (DateTime.IsLeapYear(year) ? 366 : 365))
            return "the year has no such day";
        var full = new DateOnly(year, 1, 1).AddDays(n - 1);
        date = new(year, full.Month, full.Day);
        return null;
    }

    static string TooShort(string value) => $"{value.Length} characters are too few for the format";

    static int? ReadNumber(string value, ref int at, Part part)
    {
        var (min, max) = part switch
        {
            Part.Year4 => (4, 4),
            Part.DayOfYear => (3, 3),
            Part.Month1 or Part.Day1 => (1, 2),
            _ => (2, 2),
        };
        var (number, length) = (0, 0);
        while (length < max && at < value.Length && char.IsAsciiDigit(value[at]))
        {
            number = (number * 10) + value[at++] - '0';
            length++;
        }

        return length >= min ? number : null;
    }

    static Part? PartOf(string letters) => letters switch
    {
        "yyyy" => Part.Year4,
        "yy" => Part.Year2,
        "MM" => Part.Month2,
        "M" => Part.Month1,
        "dd" => Part.Day2,
        "d" => Part.Day1,
        "DDD" => Part.DayOfYear,
        _ => null,
    };

    static string? FaultOf(List<Token> tokens)
    {
        var parts = tokens.Select(t => t.Part).Where(p => p != Part.Literal).ToList();
        if (parts.Count == 0)
            return "it has neither year, month nor day";
        if (parts.Count(p => p is Part.Year2 or Part.Year4) > 1
            || parts.Count(p => p is Part.Month1 or Part.Month2 or Part.DayOfYear) > 1
            || parts.Count(p => p is Part.Day1 or Part.Day2 or Part.DayOfYear) > 1)
        {
            return "it has the year, month or day twice";
        }

        for (var i = 0; i + 1 < tokens.Count; i++)
        {
            var next = tokens[i + 1];
            if (tokens[i].Part is Part.Month1 or Part.Day1 && (next.Part != Part.Literal || char.IsAsciiDigit(next.Literal)))
                return "a digit follows M or d, which have no fixed length";
        }

        return null;
    }

    bool Has(Part part) => Array.Exists(_tokens, t => t.Part == part);

    readonly record struct Token(Part Part, char Literal);
}
