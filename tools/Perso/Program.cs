using PersoMesh.Perso.Commands;

return await RootCommandFactory.Create().Parse(args).InvokeAsync();
