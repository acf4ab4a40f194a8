using System.Security.Cryptography;

namespace PersoMesh.Keys;

/// <summary>
/// A security module that reports each call: a span <c>hsm EncryptCbc</c> (attributes <c>hsm.operation</c>, <c>hsm.key</c> = label of
/// the key or of the key it was derived from, <c>hsm.bytes</c>), the histogram <c>hsm.call.duration</c> in seconds and the counter
/// <c>hsm.calls</c>, both by operation and, for failures, <c>error.type</c>. Never a key value and never data.
/// </summary>
/// <remarks>Thread-safe like the module inside, which it owns. Costs next to nothing while nobody listens.</remarks>
public sealed class InstrumentedSecurityModule(ISecurityModule module) : ISecurityModule
{
    /// <summary>The name of the activity source and of the meter.</summary>
    public const string TelemetryName = "PersoMesh.Keys";

    /// <inheritdoc />
    public string Name => module.Name;

    /// <inheritdoc />
    public bool IsForDemonstrationOnly => module.IsForDemonstrationOnly;

    /// <inheritdoc />
    public ISecuritySession OpenSession() => new InstrumentedSession(HsmCall.Run(HsmOperation.OpenSession, null, module.OpenSession));

    /// <summary>Disposes the module inside.</summary>
    public void Dispose() => module.Dispose();
}

sealed class InstrumentedSession(ISecuritySession session) : ISecuritySession, IRsaSession
{
    public ISecretKey GetKey(string label) => new InstrumentedKey(HsmCall.Run(HsmOperation.GetKey, label, () => session.GetKey(label)), label);

    public void GenerateRandom(Span<byte> output)
    {
        var call = HsmCall.Start(HsmOperation.GenerateRandom, bytes: output.Length);
        try
        {
            session.GenerateRandom(output);
        }
        catch (Exception e)
        {
            call.Fail(e);
            throw;
        }

        call.Succeed();
    }

    public IRsaPrivateKey GetRsaKey(string label)
    {
        var rsa = session.RequireRsa();
        return new InstrumentedRsaKey(HsmCall.Run(HsmOperation.GetRsaKey, label, () => rsa.GetRsaKey(label)), label);
    }

    public RSAParameters GenerateCardKeyPair(int bits, int exponent)
    {
        var rsa = session.RequireRsa();
        return HsmCall.Run(HsmOperation.GenerateCardKeyPair, null, () => rsa.GenerateCardKeyPair(bits, exponent));
    }

    public void Dispose() => session.Dispose();
}

/// <summary>An RSA key whose signatures are reported under its label.</summary>
sealed class InstrumentedRsaKey(IRsaPrivateKey key, string label) : IRsaPrivateKey
{
    public ReadOnlyMemory<byte> Modulus => key.Modulus;

    public ReadOnlyMemory<byte> Exponent => key.Exponent;

    public void SignRaw(ReadOnlySpan<byte> block, Span<byte> signature)
    {
        var call = HsmCall.Start(HsmOperation.SignRaw, label, block.Length);
        try
        {
            key.SignRaw(block, signature);
        }
        catch (Exception e)
        {
            call.Fail(e);
            throw;
        }

        call.Succeed();
    }
}
