using PersoMesh.Conversions;

namespace PersoMesh.Profiles.Reading;

/// <summary>Reads templates and follows the names in them.</summary>
sealed class Templates(NameScope names, FaultList faults)
{
    static readonly Template Nothing = Template.Parse("");

    /// <summary>Names that templates may use from here on, because preparation computes them.</summary>
    public void AddPrepared(IEnumerable<string> prepared) => names.AddPrepared(prepared);

    /// <summary>A template; an empty one after a fault.</summary>
    /// <param name="node">Null after a fault that is noted already.</param>
    /// <param name="subject">What it is called in a fault.</param>
    /// <param name="use">Where its value goes.</param>
    public Template Read(Node? node, string subject, Use use) => Read(node, subject, use, text => text);

    /// <summary>A template for hex digits, in which spaces may group the digits.</summary>
    public Template ReadHex(Node? node, string subject, Use use)
    {
        var template = Read(node, subject, use, text => text.Replace(" ", "", StringComparison.Ordinal));
        if (node is not null && !template.Render(_ => "").All(char.IsAsciiHexDigit))
        {
            faults.Add(node, $"{subject} has something other than hex digits and names in braces",
                "correct it; a text is written { text: \"...\" }");
        }

        return template;
    }

    Template Read(Node? node, string subject, Use use, Func<string, string> prepare)
    {
        if (node is null || Scalars.Text(node, subject, faults) is not { Text: var text })
            return Nothing;
        if (Parse(node, subject, prepare(text)) is not { } template)
            return Nothing;
        foreach (var name in template.Names)
            names.NoteUse(name, use, subject, node);
        return template;
    }

    /// <summary>Null after a fault.</summary>
    public Template? Parse(Node node, string subject, string text)
    {
        try
        {
            return Template.Parse(text);
        }
        catch (TemplateException e)
        {
            var (what, remedy) = Split(e.Reason, "a placeholder is written {name}");
            faults.Add(node, $"{subject}, character {e.Position}: {what}", remedy);
            return null;
        }
    }

    /// <summary>Reasons of the conversions library may carry their remedy after a semicolon.</summary>
    public static (string What, string Remedy) Split(string reason, string otherwise) => reason.Split("; ", 2) is [var what, var remedy]
        ? (what, remedy)
        : (reason, otherwise);
}
