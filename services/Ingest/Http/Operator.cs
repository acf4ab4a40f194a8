using Microsoft.AspNetCore.Http;

namespace PersoMesh.Ingest;

/// <summary>
/// Who gives an order, for the audit log: as the client says. Ingest does not check it; a bureau puts a proxy before it that signs operators in
/// and sets the header itself.
/// </summary>
public static class Operator
{
    /// <summary>The header with the operator's name.</summary>
    public const string Header = "X-PersoMesh-Operator";

    const int MaxLength = 64;

    /// <summary>The name in a request; <c>somebody</c> without one.</summary>
    public static string Of(HttpContext http)
    {
        var name = http.Request.Headers[Header].ToString();
        return name.Length is > 0 and <= MaxLength && name.All(c => !char.IsControl(c)) ? name : "somebody";
    }
}
