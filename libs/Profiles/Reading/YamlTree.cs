using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace PersoMesh.Profiles.Reading;

/// <summary>
/// Reads the part of YAML that profiles use: mappings with distinct keys, sequences and text, in one document. Anchors,
/// aliases and tags are refused: what stands in the file is what the card gets.
/// </summary>
sealed class YamlTree
{
    // Deeper than any profile; keeps a hostile file from exhausting the stack.
    const int MaxDepth = 32;

    readonly Parser _parser;
    readonly FaultList _faults;

    YamlTree(string yaml, FaultList faults)
    {
        _parser = new Parser(new Scanner(new StringReader(yaml), skipComments: true));
        _faults = faults;
    }

    /// <summary>The document, or null when it is not YAML or not a mapping; the faults then say why.</summary>
    public static MappingNode? Read(string yaml, FaultList faults)
    {
        var tree = new YamlTree(yaml, faults);
        try
        {
            return tree.Document();
        }
        catch (YamlException e)
        {
            faults.Add(Math.Max(1, (int)e.Start.Line), Math.Max(1, (int)e.Start.Column), $"not YAML: {Sentence(e.Message)}",
                "check quotes, brackets and indentation on this line and the one above");
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // YamlDotNet 16.3 fails so on some unclosed brackets; the last event is the nearest place it knows.
            var last = tree._parser.Current?.Start ?? Mark.Empty;
            faults.Add(Math.Max(1, (int)last.Line), Math.Max(1, (int)last.Column), "not YAML from here on",
                "check that every bracket, brace and quote is closed");
        }

        return null;
    }

    static string Sentence(string message) => char.ToLowerInvariant(message[0]) + message[1..].TrimEnd('.');

    MappingNode? Document()
    {
        Take<StreamStart>();
        if (_parser.Accept<StreamEnd>(out _))
        {
            _faults.Add(1, 1, "the file is empty", "begin with 'profile: name'");
            return null;
        }

        Take<DocumentStart>();
        var root = Value(0);
        Take<DocumentEnd>();
        if (_parser.Accept<DocumentStart>(out var second))
            Fault(second, "a second YAML document", "put each profile into a file of its own");
        if (root is MappingNode mapping)
            return mapping;
        if (root is not null)
            _faults.Add(root, "a profile is a mapping of keys", "begin with 'profile: name'");
        return null;
    }

    void Fault(ParsingEvent at, string what, string remedy) => _faults.Add((int)at.Start.Line, (int)at.Start.Column, what, remedy);

    void Take<T>() where T : ParsingEvent => _parser.Consume<T>();

    // Null when the value was refused; the fault is already noted.
    Node? Value(int depth)
    {
        if (_parser.Accept<AnchorAlias>(out var alias))
        {
            Fault(alias, $"an alias, '*{alias.Value}'", "write the value out: profiles have no anchors and aliases");
            Take<AnchorAlias>();
            return null;
        }

        if (_parser.Accept<NodeEvent>(out var node))
            RefuseAnchorsAndTags(node);
        if (depth > MaxDepth)
            throw new SemanticErrorException(node!.Start, node.End, $"nested deeper than {MaxDepth} levels");
        if (_parser.TryConsume<MappingStart>(out var mapping))
            return Mapping(mapping, depth);
        if (_parser.TryConsume<SequenceStart>(out var sequence))
            return Sequence(sequence, depth);
        return Text(_parser.Consume<Scalar>());
    }

    void RefuseAnchorsAndTags(NodeEvent node)
    {
        if (!node.Anchor.IsEmpty)
            Fault(node, $"an anchor, '&{node.Anchor.Value}'", "remove it: profiles have no anchors and aliases");
        if (!node.Tag.IsEmpty && !node.Tag.IsNonSpecific)
            Fault(node, $"a YAML tag, '{node.Tag.Value}'", "remove it: the key says what its value means");
    }

    MappingNode Mapping(MappingStart start, int depth)
    {
        var entries = new List<Entry>();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var key = Value(depth + 1);
            var value = Value(depth + 1);
            if (key is not ScalarNode name)
            {
                if (key is not null)
                    _faults.Add(key, "a key that is not text", "a text that begins with '{' or '[' needs quotes");
            }
            else if (entries.Find(e => e.Key.Text == name.Text) is { } first)
            {
                _faults.Add(name, $"key '{name.Text}' is given twice, first in line {first.Key.Line}", "remove one of them");
            }
            else if (value is not null)
            {
                entries.Add(new(name, value));
            }
        }

        return new(entries, (int)start.Start.Line, (int)start.Start.Column);
    }

    SequenceNode Sequence(SequenceStart start, int depth)
    {
        var items = new List<Node>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            if (Value(depth + 1) is { } item)
                items.Add(item);
        }

        return new(items, (int)start.Start.Line, (int)start.Start.Column);
    }

    static ScalarNode Text(Scalar scalar) => new(
        scalar.Value, scalar.Style != ScalarStyle.Plain, (int)scalar.Start.Line, (int)scalar.Start.Column);
}
