namespace PersoMesh.Perso.Card;

sealed record GroupingView(string Dgi, string? Name, int Length, string? Value);

sealed record TransportKeyView(string Id, string Type, string Mode, IReadOnlyList<string> Groupings);

sealed record StepView(string Action, string Requirement, string Tag, string SecurityLevel, string? Order, string? VersionControl, string? Grouping);

sealed record ApplicationView(
    string Aid, IReadOnlyList<TransportKeyView> TransportKeys, IReadOnlyList<StepView> Steps, int DataLength,
    IReadOnlyList<GroupingView> Groupings, int? MacLength);

sealed record ChipView(
    string Version, string? CardReference, string Status, IReadOnlyList<string> Aids, IReadOnlyList<ApplicationView> Applications);

sealed record ModuleView(string Code, int Length, string? Value, ChipView? Chip);

/// <summary>A personalization record for people, and as JSON.</summary>
sealed record RecordView(long Number, IReadOnlyList<ModuleView> Modules)
{
    public void Print()
    {
        Console.WriteLine($"Record {Number}: {Modules.Count} module{(Modules.Count == 1 ? "" : "s")}");
        foreach (var module in Modules)
        {
            Console.WriteLine($"  {module.Code,-8}{module.Length,6} bytes{Value(module.Value)}");
            if (module.Chip is { } chip)
                Print(chip);
        }
    }

    static void Print(ChipView chip)
    {
        Console.WriteLine($"    layout {chip.Version}, status {chip.Status}, AIDs {string.Join(", ", chip.Aids)}{Value(chip.CardReference)}");
        foreach (var application in chip.Applications)
        {
            Console.WriteLine($"    application {application.Aid}: {application.DataLength} bytes of data, {(application.MacLength is { } mac ? $"MAC of {mac} bytes" : "no MAC")}");
            foreach (var key in application.TransportKeys)
                Console.WriteLine($"      transport key {key.Id} type {key.Type} {key.Mode}: {string.Join(" ", key.Groupings)}");
            foreach (var step in application.Steps)
                Console.WriteLine($"      step {step.Action}, required {step.Requirement}, data {step.Tag}, security level {step.SecurityLevel}{Named("order", step.Order)}{Named("may be refused", step.VersionControl)}{Named("together", step.Grouping)}");
            foreach (var grouping in application.Groupings)
                Console.WriteLine($"      DGI {grouping.Dgi}  {grouping.Length,5} bytes  {grouping.Name}{Value(grouping.Value)}".TrimEnd());
        }
    }

    static string Named(string name, string? value) => value is null ? "" : $", {name} {value}";

    static string Value(string? value) => value is null ? "" : $"  {value}";
}
