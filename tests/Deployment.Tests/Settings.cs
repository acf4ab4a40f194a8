using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using PersoMesh.Controller;
using PersoMesh.Hosting;
using PersoMesh.Ingest;
using PersoMesh.Security;
using PersoMesh.StationGateway;
using PersoMesh.Translator;

namespace PersoMesh.Deployment.Tests;

/// <summary>Holds names and values of environment variables against the services' options classes.</summary>
static class Settings
{
    static readonly Dictionary<string, Type> Sections = new(StringComparer.Ordinal)
    {
        ["Mesh"] = typeof(MeshOptions),
        ["Controller"] = typeof(ControllerOptions),
        ["Ingest"] = typeof(IngestOptions),
        ["Security"] = typeof(SecurityOptions),
        ["StationGateway"] = typeof(StationGatewayOptions),
        ["Translator"] = typeof(TranslatorOptions),
    };

    // Read by .NET, ASP.NET Core, the OpenTelemetry SDK, SoftHSM, and the image's entry point.
    static readonly HashSet<string> Others = new(StringComparer.Ordinal)
    {
        "ASPNETCORE_HTTP_PORTS", "ASPNETCORE_URLS", "DOTNET_EnableDiagnostics", "OTEL_EXPORTER_OTLP_ENDPOINT",
        "PERSOMESH_SERVICE", "SOFTHSM2_CONF",
    };

    /// <summary>What is wrong with a variable for a service, or null.</summary>
    /// <param name="service">The service; null when any may read the variable.</param>
    /// <param name="name">Name, <c>Mesh__Broker__Host</c>.</param>
    /// <param name="value">Value; null to look at the name only.</param>
    public static string? Fault(string? service, string name, string? value)
    {
        var path = name.Split("__");
        if (path.Length == 1)
            return Others.Contains(name) ? null : $"{name} is read by nobody.";
        if (!Sections.TryGetValue(path[0], out var type))
            return $"{name}: no service has a section {path[0]}.";
        if (service is not null && path[0] != "Mesh" && path[0] != service)
            return $"{name}: {service} does not read the section {path[0]}.";
        IEnumerable<ValidationAttribute> rules = [];
        foreach (var step in path.Skip(1))
        {
            if (ElementOf(type) is { } element)
            {
                if (!int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out _))
                    return $"{name}: '{step}' stands where a list's number must be.";
                type = element;
            }
            else if (type.GetProperty(step) is { } property)
            {
                type = TypeOf(property);
                rules = property.GetCustomAttributes<ValidationAttribute>();
            }
            else
            {
                return $"{name}: {type.Name} has no property {step}.";
            }
        }

        if (!IsScalar(type))
            return $"{name} names a section, not a setting.";
        return value is null ? null : ValueFault(name, value, type, rules);
    }

    /// <summary>The settings of a section, with lists' first items: <c>StationGateway__Stations__0__Name</c>.</summary>
    public static IEnumerable<string> AllOf(string section) => Leaves(section, Sections[section]);

    static IEnumerable<string> Leaves(string name, Type type) =>
        IsScalar(type) ? [name]
        : ElementOf(type) is { } element ? Leaves($"{name}__0", element)
        : type.GetProperties().SelectMany(property => Leaves($"{name}__{property.Name}", TypeOf(property)));

    static string? ValueFault(string name, string value, Type type, IEnumerable<ValidationAttribute> rules)
    {
        object? converted;
        try
        {
            converted = TypeDescriptor.GetConverter(type).ConvertFromInvariantString(value);
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            return $"{name}: '{value}' is not of type {type.Name}.";
        }

        return rules.FirstOrDefault(rule => !rule.IsValid(converted)) is { } broken ? $"{name}: {broken.FormatErrorMessage(value)}" : null;
    }

    static Type TypeOf(PropertyInfo property) => Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;

    static Type? ElementOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : null;

    static bool IsScalar(Type type) => type.IsPrimitive || type.IsEnum || type == typeof(string) || type == typeof(TimeSpan);
}
