using System.Runtime.InteropServices;
using PersoMesh.Pkcs11.Native;

namespace PersoMesh.Pkcs11.Tests;

static class TokenObjects
{
    /// <summary>How many secret keys the process sees: kept on the token, or as session objects of any of its sessions.</summary>
    public static int Count(Pkcs11Session session, bool onToken)
    {
        var template = new AttributeTemplate(stackalloc CkAttribute[2], stackalloc byte[16]);
        template.Add(Cka.Class, Cko.SecretKey);
        template.Add(Cka.Token, onToken);
        return session.Find(template, new CULong[1000]);
    }
}
