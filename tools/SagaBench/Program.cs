using PersoMesh.SagaBench;

switch (args)
{
    case ["worker", var brokerPort, var point]:
        await Worker.RunAsync(int.Parse(brokerPort), Enum.Parse<CrashPoint>(point));
        return 0;
    case ["bench", "memory" or "rabbitmq", var errands, var parallel, var stateSize, var answerSize, var rounds]:
        var load = new BenchLoad(int.Parse(errands), int.Parse(parallel), Steps: 3, int.Parse(stateSize), int.Parse(answerSize));
        await BenchCommand.RunAsync(args[1] == "rabbitmq", load, int.Parse(rounds));
        return 0;
    default:
        await Console.Error.WriteLineAsync("""
            usage: SagaBench bench memory|rabbitmq ERRANDS PARALLEL STATE-BYTES ANSWER-BYTES ROUNDS
                   SagaBench worker BROKER-PORT CRASH-POINT   (connection string in SAGA_DATABASE)
            """);
        return 2;
}
