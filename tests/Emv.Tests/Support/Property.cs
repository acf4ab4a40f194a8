using FsCheck;
using FsCheck.Fluent;

namespace PersoMesh.Emv.Tests;

/// <summary>Checks that something holds for many generated values; a failure names a value and the seed.</summary>
static class Property
{
    public static void Holds<T>(Gen<T> values, Func<T, bool> property, int times = 500) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(times), Prop.ForAll(values.ToArbitrary(), property));

    public static Gen<byte> Byte => Gen.Choose(0, 255).Select(value => (byte)value);

    public static Gen<byte[]> Bytes(int min, int max) => Gen.Choose(min, max).SelectMany(length => Byte.ArrayOf(length));

    public static Gen<string> Digits(int min, int max) =>
        Gen.Choose(min, max).SelectMany(length => Gen.Choose(0, 9).ArrayOf(length)).Select(digits => string.Concat(digits));

    /// <summary>Good samples with a few bytes changed, cut or added, and noise.</summary>
    public static Gen<byte[]> Hostile(params byte[][] samples) => Gen.OneOf(
        Bytes(0, 60),
        from sample in Gen.Elements(samples)
        from at in Gen.Choose(0, sample.Length - 1)
        from value in Gen.OneOf(Byte, Gen.Elements<byte>(0x00, 0x01, 0x7F, 0x80, 0x81, 0xFF))
        from kind in Gen.Choose(0, 4)
        select kind switch
        {
            0 => sample[..at],
            1 => [.. sample[..at], value, .. sample[at..]],
            2 => [.. sample, value],
            3 => sample,
            _ => [.. sample[..at], value, .. sample[(at + 1)..]],
        });

    /// <summary>Runs something that may refuse its input with one kind of exception.</summary>
    public static bool OnlyThrows<TException>(Action action)
        where TException : Exception
    {
        try
        {
            action();
        }
        catch (TException)
        {
            return true;
        }

        return true;
    }
}
