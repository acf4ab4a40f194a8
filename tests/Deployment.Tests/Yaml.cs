using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.Serialization;

namespace PersoMesh.Deployment.Tests;

/// <summary>YAML as trees; every scalar is a string.</summary>
static class Yaml
{
    static readonly IDeserializer Deserializer = new DeserializerBuilder().Build();

    /// <summary>The documents of a text; empty ones are left out.</summary>
    public static IReadOnlyList<JsonObject> Documents(string text)
    {
        List<JsonObject> documents = [];
        var parser = new Parser(new StringReader(text));
        parser.Consume<StreamStart>();
        while (parser.Accept<DocumentStart>(out _))
        {
            if (Tree(Deserializer.Deserialize<object?>(parser)) is JsonObject document)
                documents.Add(document);
        }

        return documents;
    }

    /// <summary>A document with anchors and merged maps (<c>&lt;&lt;</c>) put in place.</summary>
    public static JsonObject Merged(string text) =>
        (JsonObject)Tree(Deserializer.Deserialize<object?>(new MergingParser(new Parser(new StringReader(text)))))!;

    /// <summary>Every scalar of a tree, with the name of the map entry that it is in.</summary>
    public static IEnumerable<(string Name, string Value)> Scalars(JsonNode? node, string name = "") => node switch
    {
        JsonObject map => map.SelectMany(entry => Scalars(entry.Value, entry.Key)),
        JsonArray list => list.SelectMany(item => Scalars(item, name)),
        null => [],
        _ => [(name, node.GetValue<string>())],
    };

    static JsonNode? Tree(object? value) => value switch
    {
        IDictionary<object, object?> map =>
            new JsonObject(map.Select(entry => KeyValuePair.Create((string)entry.Key, Tree(entry.Value)))),
        IEnumerable<object?> list => new JsonArray([.. list.Select(Tree)]),
        string text => JsonValue.Create(text),
        _ => null,
    };
}

/// <summary>Reads of a tree.</summary>
static class TreeExtensions
{
    /// <summary>The node at a path of map entries, or null.</summary>
    public static JsonNode? At(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
            node = (node as JsonObject)?[name];
        return node;
    }

    /// <summary>The scalar at a path, or null.</summary>
    public static string? Text(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonValue value ? value.GetValue<string>() : null;

    /// <summary>The items of the list at a path; none when there is no list.</summary>
    public static IEnumerable<JsonNode> Items(this JsonNode? node, params ReadOnlySpan<string> path) =>
        (node.At(path) as JsonArray ?? []).Select(item => item!);

    /// <summary>The entries of the map of scalars at a path; none when there is no map.</summary>
    public static IReadOnlyDictionary<string, string> Map(this JsonNode? node, params ReadOnlySpan<string> path) =>
        (node.At(path) as JsonObject ?? [])
            .ToDictionary(entry => entry.Key, entry => entry.Value!.GetValue<string>(), StringComparer.Ordinal);
}
