namespace PersoMesh.Conversions;

/// <summary>
/// How the fields of a profile are computed: in order, each from inputs and earlier fields. Plain data that survives JSON
/// unchanged; <see cref="Compile"/> turns it into something that runs. Holds templates, never values.
/// </summary>
/// <param name="Fields">The fields in the order of their computation.</param>
public sealed record ConversionPlan(IReadOnlyList<FieldPlan> Fields)
{
    /// <summary>Checks the plan against the catalogue without running it.</summary>
    /// <param name="inputs">The names of the inputs that every evaluation will bring.</param>
    /// <returns>All faults, in the order of the fields; empty when the plan is sound.</returns>
    public IReadOnlyList<PlanFault> Validate(IEnumerable<string> inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var compiler = new PlanCompiler([.. inputs]);
        compiler.Compile(this);
        return compiler.Faults;
    }

    /// <summary>
    /// Resolves functions, parses templates and reads constant arguments, once for many evaluations. A name that is no field
    /// is taken to be an input.
    /// </summary>
    /// <exception cref="InvalidPlanException">The plan has faults; the exception lists them all.</exception>
    public CompiledPlan Compile()
    {
        var compiler = new PlanCompiler(inputs: null);
        var plan = compiler.Compile(this);
        return compiler.Faults.Count == 0 ? plan : throw new InvalidPlanException(compiler.Faults);
    }
}

/// <summary>How one field is computed.</summary>
/// <param name="Name">Its name; later templates refer to it.</param>
/// <param name="From">The template of the value that flows into the first step; null when the first step builds it from arguments.</param>
/// <param name="Steps">Functions applied one after another.</param>
/// <param name="Optional">When true and <paramref name="From"/> renders empty, the field stays empty and no step runs.</param>
public sealed record FieldPlan(string Name, string? From, IReadOnlyList<ConversionStep> Steps, bool Optional = false);

/// <summary>One function applied to the value that flows through.</summary>
/// <param name="Function">The function's name.</param>
/// <param name="Arguments">Argument name to template.</param>
public sealed record ConversionStep(string Function, IReadOnlyDictionary<string, string> Arguments);

/// <summary>Something wrong in a plan, found without running it.</summary>
/// <param name="Field">The field.</param>
/// <param name="Step">The step, counted from 1; null when it is not about a step.</param>
/// <param name="Function">The function that the step names; null when it is not about a step.</param>
/// <param name="Reason">What is wrong.</param>
public sealed record PlanFault(string Field, int? Step, string? Function, string Reason)
{
    /// <summary>Where and what, as one line.</summary>
    public override string ToString() =>
        Step is null ? $"field '{Field}': {Reason}" : $"field '{Field}', step {Step} ({Function}): {Reason}";
}

/// <summary>A plan cannot run.</summary>
/// <param name="faults">All that is wrong.</param>
public sealed class InvalidPlanException(IReadOnlyList<PlanFault> faults) : Exception(string.Join(Environment.NewLine, faults))
{
    /// <summary>All that is wrong, in the order of the fields.</summary>
    public IReadOnlyList<PlanFault> Faults { get; } = faults;
}
