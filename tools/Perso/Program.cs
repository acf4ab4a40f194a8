using PersoMesh.Perso;
using PersoMesh.Perso.Commands;

Terminal.Fit();
return await ShortListHelp.Use(RootCommandFactory.Create()).Parse(args).InvokeAsync();
