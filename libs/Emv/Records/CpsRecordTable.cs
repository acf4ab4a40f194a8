namespace PersoMesh.Emv;

/// <summary>
/// The table of the IC module of an EMV CPS personalization record, version "02.1". The specification's text could not be read: the
/// layout is that of a bureau's published emitter of such records, and where that says nothing a choice is marked below. Correct a row
/// here when a licensed copy says otherwise; names must stay, sizes and order may change.
/// </summary>
public static class CpsRecordTable
{
    /// <summary>Builds the table.</summary>
    /// <param name="transportKeyIdLength">Bytes of a transport key identifier (TKid): fixed by agreement between issuer and bureau.</param>
    public static IReadOnlyList<RecordField> Create(int transportKeyIdLength = 6) =>
    [
        RecordField.Fixed("VNL", 4),
        RecordField.Group(
            "record",
            2,
            RecordField.Group(
                "section 2",
                2,
                RecordField.Prefixed("CRN", 1),
                RecordField.Fixed("STATUScoll", 2),
                // The emitter writes none; one byte each is a choice.
                RecordField.Counted("PID", 1, RecordField.Fixed("pid", 1)),
                RecordField.Counted("AID", 1, RecordField.Prefixed("aid", 1))),
            RecordField.Repeated("application", RecordField.Group("section 3", 2, Application(transportKeyIdLength)))),
    ];

    static RecordField[] Application(int transportKeyIdLength) =>
    [
        RecordField.Group(
            "section 3a.1",
            1,
            RecordField.Prefixed("AID", 1),
            RecordField.OptionalGroup(
                "TK",
                1,
                RecordField.Fixed("version", 1),
                RecordField.Repeated(
                    "key",
                    RecordField.Fixed("TKid", transportKeyIdLength),
                    RecordField.Fixed("TYPEtk", 1),
                    RecordField.Fixed("CMODE", 1),
                    RecordField.Counted("DGI", 1, RecordField.Fixed("dgi", 2))))),
        RecordField.Group(
            "section 3a.2",
            2,
            RecordField.Prefixed("IDowner", 1),
            RecordField.OptionalGroup("steps", 2, RecordField.Repeated("step", RecordField.Group("processing step", 1, Step())))),
        RecordField.Prefixed("LOGDATA", 2),
        RecordField.Prefixed("DATA", 2),
        RecordField.Prefixed("MACkey", 1),
        RecordField.Rest("MACinp"),
    ];

    static RecordField[] Step() =>
    [
        RecordField.Fixed("ACT", 1),
        RecordField.Fixed("REQ", 1),
        RecordField.Fixed("TAG", 1),
        RecordField.Group(
            "PDI",
            2,
            RecordField.Prefixed("ORDER", 2),
            RecordField.Prefixed("VERCNTL", 2),
            RecordField.Prefixed("ENC", 2),
            RecordField.Prefixed("RANDOM", 2),
            RecordField.Prefixed("GROUP", 2),
            RecordField.Fixed("SECLEV", 1),
            RecordField.Fixed("UPDATEcplc", 1)),
        RecordField.Prefixed("POINTER", 2),
    ];
}
