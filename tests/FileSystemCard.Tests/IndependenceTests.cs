namespace PersoMesh.FileSystemCard.Tests;

public class IndependenceTests
{
    // A simulator that shares code with the host would agree with its errors.
    [Fact]
    public void The_simulator_uses_nothing_of_the_product() =>
        Assert.DoesNotContain(
            typeof(SimulatedFileSystemCard).Assembly.GetReferencedAssemblies(),
            // The other simulator is a card, too.
            a => a.Name!.StartsWith("PersoMesh", StringComparison.Ordinal) && a.Name != "PersoMesh.CardSimulator");
}
