namespace PersoMesh.Contracts.Session;

/// <summary>Controller to Security: check the card's cryptogram, open the secure channel, protect the whole script.</summary>
/// <param name="SessionId">The session.</param>
/// <param name="CardObjectId">The card object, subject of the sealed script.</param>
/// <param name="SealedScript">The script, as in <see cref="Preparation.ReadyCard"/>.</param>
/// <param name="HostChallenge">The challenge that was sent in INITIALIZE UPDATE.</param>
/// <param name="InitializeUpdateResponse">
/// The card's answer without the status word; of a card without a secure channel its answer to the last command of the opening. Empty when it is
/// to be foreseen.
/// </param>
/// <param name="Foreseen">What the answer is to be computed from, when the card has not been opened; null otherwise.</param>
public sealed record ProtectScript(
    Guid SessionId, string CardObjectId, byte[] SealedScript, byte[] HostChallenge, byte[] InitializeUpdateResponse, ForeseenOpening? Foreseen = null);

/// <summary>An opening that has not taken place.</summary>
/// <param name="Blank">The card.</param>
/// <param name="SecurityDomain">AID that will be selected.</param>
/// <param name="KeyVersion">Key version number of INITIALIZE UPDATE, 01 to 7F.</param>
public sealed record ForeseenOpening(BlankForecast Blank, byte[] SecurityDomain, byte KeyVersion);

/// <summary>Security to Controller: the protected commands, EXTERNAL AUTHENTICATE first.</summary>
/// <param name="SessionId">The session.</param>
/// <param name="Commands">What the station sends.</param>
/// <param name="SealedChannel">State to verify the card's answers with, under an HSM key; null when there is nothing to verify (a level without R-MAC).</param>
/// <param name="OpeningDigest">SHA-256 of the answer to INITIALIZE UPDATE that was foreseen; null when the card had given it.</param>
/// <param name="Sequence">Number of the batch that the commands are for.</param>
/// <param name="MayResume">True when <see cref="ResumeScript"/> can go on after a lost contact.</param>
/// <param name="IsProof">
/// True for commands that only find out whether the card had carried out a command: their answers, whatever they are, go back with
/// <see cref="ResumeScript"/>.
/// </param>
public sealed record ScriptProtected(
    Guid SessionId, IReadOnlyList<CardCommand> Commands, byte[]? SealedChannel, byte[]? OpeningDigest = null, int Sequence = 1, bool MayResume = false,
    bool IsProof = false);

/// <summary>
/// Controller to Security: the contact to a card without a secure channel was lost, and the card, reset, is still the same; or the proof that was asked
/// for is here. The answer is the batch to go on with: <see cref="ScriptProtected"/>, or <see cref="ScriptRefused"/>.
/// </summary>
/// <param name="SessionId">The session.</param>
/// <param name="SealedChannel">From the last <see cref="ScriptProtected"/>.</param>
/// <param name="Responses">The card's answers to that batch; each of them, but in a proof, with an expected status word.</param>
public sealed record ResumeScript(Guid SessionId, byte[] SealedChannel, IReadOnlyList<byte[]> Responses);

/// <summary>Security to Controller: nothing was sent to the card and nothing may be.</summary>
/// <param name="SessionId">The session.</param>
/// <param name="Reason">What is wrong and what to do.</param>
/// <param name="WrongCryptogram">True when the card does not hold the keys that the profile says: a budget of these stops the pool.</param>
/// <param name="IsForeseen">True when the answer was to be foreseen and could not be: the card must be asked.</param>
public sealed record ScriptRefused(Guid SessionId, string Reason, bool WrongCryptogram, bool IsForeseen = false);

/// <summary>Controller to Security: verify the response MACs of a protected batch.</summary>
/// <param name="SessionId">The session.</param>
/// <param name="SealedChannel">From <see cref="ScriptProtected"/>.</param>
/// <param name="Responses">The card's answers to all commands of the batch.</param>
public sealed record VerifyResponses(Guid SessionId, byte[] SealedChannel, IReadOnlyList<byte[]> Responses);

/// <summary>Security to Controller: outcome of <see cref="VerifyResponses"/>.</summary>
/// <param name="SessionId">The session.</param>
/// <param name="Fault">What is wrong, with the place of the answer; null when all answers are the card's own.</param>
public sealed record ResponsesVerified(Guid SessionId, string? Fault);
