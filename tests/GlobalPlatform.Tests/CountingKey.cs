using PersoMesh.Keys;

namespace PersoMesh.GlobalPlatform.Tests;

/// <summary>Counts what an HSM would be asked, of this key and of all keys derived from it.</summary>
sealed class CountingKey(ISecretKey inner, CountingKey.Tally tally) : ISecretKey
{
    internal sealed class Tally
    {
        internal int Operations { get; set; }

        internal int Derivations { get; set; }

        internal int Alive { get; set; }

        /// <summary>The operation with this number fails, once; 0 for none.</summary>
        internal int FailAt { get; set; }
    }

    public KeyAlgorithm Algorithm => inner.Algorithm;

    public int Length => inner.Length;

    public void EncryptEcb(ReadOnlySpan<byte> input, Span<byte> output) => Count().EncryptEcb(input, output);

    public void DecryptEcb(ReadOnlySpan<byte> input, Span<byte> output) => Count().DecryptEcb(input, output);

    public void EncryptCbc(ReadOnlySpan<byte> iv, ReadOnlySpan<byte> input, Span<byte> output) => Count().EncryptCbc(iv, input, output);

    public void DecryptCbc(ReadOnlySpan<byte> iv, ReadOnlySpan<byte> input, Span<byte> output) => Count().DecryptCbc(iv, input, output);

    public void Cmac(ReadOnlySpan<byte> message, Span<byte> mac) => Count().Cmac(message, mac);

    public ISecretKey DeriveEcb(ReadOnlySpan<byte> data, KeyAlgorithm algorithm, int length) =>
        Derived(inner.DeriveEcb(data, algorithm, length));

    public ISecretKey DeriveCbc(ReadOnlySpan<byte> iv, ReadOnlySpan<byte> data, KeyAlgorithm algorithm, int length) =>
        Derived(inner.DeriveCbc(iv, data, algorithm, length));

    public void Dispose()
    {
        tally.Alive--;
        inner.Dispose();
    }

    ISecretKey Count()
    {
        tally.Operations++;
        return tally.Operations == tally.FailAt ? throw new SecurityModuleException("busy") { IsTransient = true } : inner;
    }

    CountingKey Derived(ISecretKey key)
    {
        tally.Derivations++;
        tally.Alive++;
        return new CountingKey(key, tally);
    }
}
