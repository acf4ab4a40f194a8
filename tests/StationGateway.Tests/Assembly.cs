// One pcscd and whole meshes: side by side they would only slow each other down, and a process has one pcscd for its lifetime.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
