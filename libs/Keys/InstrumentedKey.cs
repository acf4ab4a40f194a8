namespace PersoMesh.Keys;

/// <summary>A key whose calls are reported under the label it came from.</summary>
sealed class InstrumentedKey(ISecretKey key, string label) : ISecretKey
{
    public KeyAlgorithm Algorithm => key.Algorithm;

    public int Length => key.Length;

    public void EncryptEcb(ReadOnlySpan<byte> input, Span<byte> output)
    {
        var call = HsmCall.Start(HsmOperation.EncryptEcb, label, input.Length);
        try
        {
            key.EncryptEcb(input, output);
        }
        catch (Exception e)
        {
            call.Fail(e);
            throw;
        }

        call.Succeed();
    }

    public void DecryptEcb(ReadOnlySpan<byte> input, Span<byte> output)
    {
        var call = HsmCall.Start(HsmOperation.DecryptEcb, label, input.Length);
        try
        {
            key.DecryptEcb(input, output);
        }
        catch (Exception e)
        {
            call.Fail(e);
            throw;
        }

        call.Succeed();
    }

    public void EncryptCbc(ReadOnlySpan<byte> iv, ReadOnlySpan<byte> input, Span<byte> output)
    {
        var call = HsmCall.Start(HsmOperation.EncryptCbc, label, input.Length);
        try
        {
            key.EncryptCbc(iv, input, output);
        }
        catch (Exception e)
        {
            call.Fail(e);
            throw;
        }

        call.Succeed();
    }

    public void DecryptCbc(ReadOnlySpan<byte> iv, ReadOnlySpan<byte> input, Span<byte> output)
    {
        var call = HsmCall.Start(HsmOperation.DecryptCbc, label, input.Length);
        try
        {
            key.DecryptCbc(iv, input, output);
        }
        catch (Exception e)
        {
            call.Fail(e);
            throw;
        }

        call.Succeed();
    }

    public void Cmac(ReadOnlySpan<byte> message, Span<byte> mac)
    {
        var call = HsmCall.Start(HsmOperation.Cmac, label, message.Length);
        try
        {
            key.Cmac(message, mac);
        }
        catch (Exception e)
        {
            call.Fail(e);
            throw;
        }

        call.Succeed();
    }

    public ISecretKey DeriveEcb(ReadOnlySpan<byte> data, KeyAlgorithm algorithm, int length)
    {
        var call = HsmCall.Start(HsmOperation.DeriveEcb, label, data.Length);
        ISecretKey derived;
        try
        {
            derived = key.DeriveEcb(data, algorithm, length);
        }
        catch (Exception e)
        {
            call.Fail(e);
            throw;
        }

        call.Succeed();
        return new InstrumentedKey(derived, label);
    }

    public ISecretKey DeriveCbc(ReadOnlySpan<byte> iv, ReadOnlySpan<byte> data, KeyAlgorithm algorithm, int length)
    {
        var call = HsmCall.Start(HsmOperation.DeriveCbc, label, data.Length);
        ISecretKey derived;
        try
        {
            derived = key.DeriveCbc(iv, data, algorithm, length);
        }
        catch (Exception e)
        {
            call.Fail(e);
            throw;
        }

        call.Succeed();
        return new InstrumentedKey(derived, label);
    }

    public void Dispose() => key.Dispose();

    /// <summary>What the key inside shows of itself.</summary>
    public override string? ToString() => key.ToString();
}
