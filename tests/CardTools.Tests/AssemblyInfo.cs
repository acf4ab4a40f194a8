// Commands write to the console, which all tests share.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
