using System.Text;
using FsCheck;
using FsCheck.Fluent;
using PersoMesh.Ingest.Formats;
using static PersoMesh.Ingest.Tests.Reading;

namespace PersoMesh.Ingest.Tests;

/// <summary>Whatever comes is read to its end without an exception, numbered without gaps, and the same in pieces of any size.</summary>
public class ArbitraryInputTests
{
    [Theory]
    [InlineData(InputKind.Csv, "a,b\n", "\"|,|\n|\r|x|\r\n|é|\"\"")]
    [InlineData(InputKind.JsonLines, "", "{|}|\"|:|,|\n|\r\n|\"a\":1|[|]|é|\\u00e4|\\|null| ")]
    [InlineData(InputKind.TextCardObject, "", "SCRD=|EMB=|PIC=|REM=|#|\n|\r|\n\n|x|=|é|a#b#c\n")]
    public void Arbitrary_input_is_read_to_its_end_and_never_throws(InputKind kind, string begins, string pieces)
    {
        var format = kind switch { InputKind.Csv => Csv, InputKind.JsonLines => JsonLines, _ => TextCardObject };
        // Latin-1 bytes too, so that invalid UTF-8 is among them.
        byte[][] tokens = [.. pieces.Split('|').SelectMany(p => new[] { Encoding.UTF8.GetBytes(p), Encoding.Latin1.GetBytes(p) })];
        var inputs = Gen.Elements(tokens).ArrayOf().Select(parts => parts.SelectMany(b => b).ToArray());
        Prop.ForAll(inputs.ToArbitrary(), input =>
        {
            foreach (var limit in new[] { 5, 12, 100 })
            {
                var reading = ReadAsync([.. Encoding.UTF8.GetBytes(begins), .. input], format with { MaxRecordBytes = limit });
                var records = reading.GetAwaiter().GetResult();
                if (!records.Select(r => r.RecordNumber).SequenceEqual(Enumerable.Range(1, records.Count).Select(i => (long)i)))
                    return false;
            }

            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(150));
    }
}
