namespace PersoMesh.Hosting;

/// <summary>The settings of a service cannot be used. The message names the setting and says what to do.</summary>
public sealed class MeshConfigurationException(string message, Exception? inner = null) : Exception(message, inner);
