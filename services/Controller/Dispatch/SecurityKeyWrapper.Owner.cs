namespace PersoMesh.SecurityClient;

sealed partial class SecurityKeyWrapper
{
    /// <summary>The keys are for what the Controller stores.</summary>
    public const string Owner = "controller";
}
