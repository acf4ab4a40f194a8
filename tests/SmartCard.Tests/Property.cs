using FsCheck;
using FsCheck.Fluent;

namespace PersoMesh.SmartCard.Tests;

/// <summary>Checks that something holds for many generated values; a failure names a value and the seed.</summary>
static class Property
{
    public static void Holds<T>(Gen<T> values, Func<T, bool> property, int times = 1000) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(times), Prop.ForAll(values.ToArbitrary(), property));
}
