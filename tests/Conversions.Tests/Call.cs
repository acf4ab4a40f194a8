namespace PersoMesh.Conversions.Tests;

/// <summary>Calls a function of the catalogue as a profile would.</summary>
static class Call
{
    public static string Apply(string function, string value, params (string Name, string Value)[] arguments) =>
        FunctionCatalog.Find(function).Apply(value, arguments.ToDictionary(a => a.Name, a => a.Value));

    public static string Refusal(string function, string value, params (string Name, string Value)[] arguments) =>
        Assert.Throws<ConversionException>(() => Apply(function, value, arguments)).Reason;

    public static string? TryApply(string function, string value, params (string Name, string Value)[] arguments)
    {
        try
        {
            return Apply(function, value, arguments);
        }
        catch (ConversionException)
        {
            return null;
        }
    }
}
