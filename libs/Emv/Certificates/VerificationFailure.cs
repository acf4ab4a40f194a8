namespace PersoMesh.Emv;

/// <summary>Why a certificate or a signature was not accepted, in the words of the specification.</summary>
/// <param name="Clause">The clause of EMV 4.3 that describes the check, for example <c>Book 2 §6.4</c>.</param>
/// <param name="Step">The numbered step in that clause; 0 where the clause has no steps.</param>
/// <param name="Reason">What is wrong; holds no data.</param>
public sealed record VerificationFailure(string Clause, int Step, string Reason)
{
    /// <summary>Clause, step and reason in one line.</summary>
    public override string ToString() => Step == 0 ? $"EMV 4.3 {Clause}: {Reason}" : $"EMV 4.3 {Clause} step {Step}: {Reason}";
}
