using PersoMesh.SmartCard;

namespace PersoMesh.GlobalPlatform;

/// <summary>A command as it goes to the card.</summary>
/// <param name="Number">
/// Position in the session, counted from 1 after EXTERNAL AUTHENTICATE. Commands must be sent, and answers unwrapped, in this order.
/// </param>
/// <param name="Command">
/// The protected command. When the card asks for another length (6Cxx) the same bytes are sent again, never wrapped again.
/// </param>
public sealed record WrappedCommand(int Number, CommandApdu Command);
