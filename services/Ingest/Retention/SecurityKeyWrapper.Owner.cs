namespace PersoMesh.SecurityClient;

sealed partial class SecurityKeyWrapper
{
    /// <summary>The keys are for what Ingest stores.</summary>
    public const string Owner = "ingest";
}
