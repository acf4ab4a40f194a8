using PersoMesh.SagaBench;

switch (args)
{
    case ["worker", var brokerPort, var point]:
        await Worker.RunAsync(int.Parse(brokerPort), Enum.Parse<CrashPoint>(point));
        return 0;
    default:
        await Console.Error.WriteLineAsync("usage: SagaBench worker BROKER-PORT CRASH-POINT");
        return 2;
}
