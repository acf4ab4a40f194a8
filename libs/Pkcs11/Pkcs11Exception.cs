using System.Globalization;
using PersoMesh.Keys;
using PersoMesh.Pkcs11.Native;

namespace PersoMesh.Pkcs11;

/// <summary>
/// A Cryptoki function returned something else than CKR_OK. The message names the function, the return value, and what it was about.
/// </summary>
/// <remarks>
/// <see cref="SecurityModuleException.IsTransient"/> is true for a lost session, login, object or device: the same unit of
/// work may succeed in a new session.
/// </remarks>
public sealed class Pkcs11Exception : SecurityModuleException
{
    internal Pkcs11Exception(string function, nuint returnValue, string subject = "", Exception? inner = null)
        : base(Describe(function, returnValue, subject), inner)
    {
        Function = function;
        Code = returnValue;
        IsTransient = Ckr.IsTransient(returnValue);
    }

    /// <summary>The function that failed, as in the standard: <c>C_EncryptInit</c>.</summary>
    public string Function { get; }

    /// <summary>The CK_RV.</summary>
    public ulong ReturnValue => Code;

    /// <summary>The name of <see cref="ReturnValue"/>: <c>CKR_KEY_HANDLE_INVALID</c>.</summary>
    public string ReturnValueName => Ckr.Name(Code);

    internal nuint Code { get; }

    /// <summary>The same failure, with what it was about: operation and key label.</summary>
    internal Pkcs11Exception About(string subject) => new(Function, Code, subject, this);

    static string Describe(string function, nuint value, string subject)
    {
        var what = subject.Length > 0 ? $"{subject}: " : "";
        var advice = Ckr.Advice(value);
        var text = string.Create(CultureInfo.InvariantCulture, $"{what}{function} returned {Ckr.Name(value)} (0x{(ulong)value:X})");
        return advice.Length > 0 ? $"{text}: {advice}" : $"{text}.";
    }
}
