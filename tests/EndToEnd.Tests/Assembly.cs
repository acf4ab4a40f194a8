// Whole meshes run here, some as processes of their own: side by side they would only slow each other down, and the variables that switch
// telemetry on are those of this process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
