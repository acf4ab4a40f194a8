using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("PersoMesh.CardTools.Tests")]
