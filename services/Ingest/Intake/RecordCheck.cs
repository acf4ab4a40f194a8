using PersoMesh.Contracts.Ingest;
using PersoMesh.Ingest.Formats;
using PersoMesh.Ingest.Jobs;

namespace PersoMesh.Ingest.Intake;

/// <summary>Checks a record against the fields that its profile declares.</summary>
public sealed class RecordCheck(ProfileDescribed description)
{
    /// <summary>Longest identifier in characters: it is a label in messages, traces and file names.</summary>
    const int MaxIdentifierLength = 64;

    readonly Dictionary<string, InputField> _fields = description.Fields.ToDictionary(field => field.Name, StringComparer.Ordinal);

    public string IdentifierField => description.IdentifierField;

    /// <summary>Checks a record and completes it with defaults.</summary>
    /// <returns>Null when it is good; otherwise why not.</returns>
    public IntakeRecord? Check(ReadRecord record, out string identifier, out Dictionary<string, string> fields)
    {
        fields = [];
        identifier = record.Fields?.GetValueOrDefault(IdentifierField) ?? "";
        var known = IsIdentifier(identifier) ? identifier : null;
        if (record.Fault is { } fault)
            return new IntakeRecord(known, null, fault.Field, fault.Reason);
        foreach (var (name, value) in record.Fields!)
        {
            if (!_fields.TryGetValue(name, out var field))
                return new IntakeRecord(known, null, name, $"the profile has no such field; it has {string.Join(", ", _fields.Keys)}");
            if (field.MaxLength > 0 && value.Length > field.MaxLength)
                return new IntakeRecord(known, null, name, $"{value.Length} characters, at most {field.MaxLength} are allowed");
            fields.Add(name, value);
        }

        foreach (var field in description.Fields)
        {
            if (fields.TryGetValue(field.Name, out var value) && value.Length > 0)
                continue;
            if (field.Required)
                return new IntakeRecord(known, null, field.Name, "the field is required and is missing or empty");
            fields[field.Name] = field.Default ?? "";
        }

        return known is null
            ? new IntakeRecord(null, null, IdentifierField, $"an identifier has 1 to {MaxIdentifierLength} letters, digits, '-', '_' or '.', and begins with a letter or digit")
            : null;
    }

    /// <summary>Whether a text may be a card object identifier.</summary>
    public static bool IsIdentifier(string value) =>
        value.Length is > 0 and <= MaxIdentifierLength && char.IsAsciiLetterOrDigit(value[0]) && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
}
