using FsCheck;
using FsCheck.Fluent;

namespace PersoMesh.GlobalPlatform.Tests;

/// <summary>Checks that something holds for many generated values; a failure names a value and the seed.</summary>
static class Property
{
    internal static void Holds<T>(Gen<T> values, Func<T, bool> property, int times = 500) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(times), Prop.ForAll(values.ToArbitrary(), property));

    /// <summary>Noise, and good samples with a byte changed, left out or added.</summary>
    internal static Gen<byte[]> Hostile(params byte[][] samples) => Gen.OneOf(
        Gen.Choose(0, 80).SelectMany(length => Byte.ArrayOf(length)),
        from sample in Gen.Elements(samples)
        from at in Gen.Choose(0, sample.Length - 1)
        from value in Gen.OneOf(Byte, Gen.Elements<byte>(0x00, 0x7F, 0x80, 0x81, 0x84, 0xFF))
        from kind in Gen.Choose(0, 3)
        select kind switch
        {
            0 => sample[..at],
            1 => [.. sample[..at], value, .. sample[at..]],
            _ => (byte[])[.. sample[..at], value, .. sample[(at + 1)..]],
        });

    static Gen<byte> Byte => Gen.Choose(0, 255).Select(value => (byte)value);
}
