namespace PersoMesh.Hosting;

/// <summary>
/// What a consumer needs of another service is not to be had now. The message waits where it is and is tried again for some 25 minutes.
/// </summary>
/// <param name="message">Which service, and what to look at.</param>
/// <param name="inner">What happened.</param>
public sealed class ServiceAwayException(string message, Exception? inner = null) : Exception(message, inner);
