using System.Runtime.InteropServices;

namespace PersoMesh.Pkcs11.Native;

/// <summary>
/// The functions of CK_FUNCTION_LIST that the project uses, by their position in the list (PKCS#11 v2.40 §3.6; the order
/// is fixed by pkcs11f.h). Every call is cdecl and returns a CK_RV.
/// </summary>
sealed unsafe class FunctionList
{
    public readonly delegate* unmanaged[Cdecl]<CkInitializeArgs*, CULong> Initialize;
    public readonly delegate* unmanaged[Cdecl]<void*, CULong> FinalizeLibrary;
    public readonly delegate* unmanaged[Cdecl]<byte, CULong*, CULong*, CULong> GetSlotList;
    public readonly delegate* unmanaged[Cdecl]<CULong, byte*, CULong> GetTokenInfo;
    public readonly delegate* unmanaged[Cdecl]<CULong, CULong, void*, void*, CULong*, CULong> OpenSession;
    public readonly delegate* unmanaged[Cdecl]<CULong, CULong> CloseSession;
    public readonly delegate* unmanaged[Cdecl]<CULong, CULong> CloseAllSessions;
    public readonly delegate* unmanaged[Cdecl]<CULong, CkSessionInfo*, CULong> GetSessionInfo;
    public readonly delegate* unmanaged[Cdecl]<CULong, CULong, byte*, CULong, CULong> Login;
    public readonly delegate* unmanaged[Cdecl]<CULong, CkAttribute*, CULong, CULong*, CULong> CreateObject;
    public readonly delegate* unmanaged[Cdecl]<CULong, CULong, CULong> DestroyObject;
    public readonly delegate* unmanaged[Cdecl]<CULong, CULong, CkAttribute*, CULong, CULong> GetAttributeValue;
    public readonly delegate* unmanaged[Cdecl]<CULong, CkAttribute*, CULong, CULong> FindObjectsInit;
    public readonly delegate* unmanaged[Cdecl]<CULong, CULong*, CULong, CULong*, CULong> FindObjects;
    public readonly delegate* unmanaged[Cdecl]<CULong, CULong> FindObjectsFinal;
    public readonly delegate* unmanaged[Cdecl]<CULong, CkMechanism*, CULong, CULong> EncryptInit;
    public readonly delegate* unmanaged[Cdecl]<CULong, byte*, CULong, byte*, CULong*, CULong> Encrypt;
    public readonly delegate* unmanaged[Cdecl]<CULong, CkMechanism*, CULong, CULong> DecryptInit;
    public readonly delegate* unmanaged[Cdecl]<CULong, byte*, CULong, byte*, CULong*, CULong> Decrypt;
    public readonly delegate* unmanaged[Cdecl]<CULong, CkMechanism*, CULong, CULong> SignInit;
    public readonly delegate* unmanaged[Cdecl]<CULong, byte*, CULong, byte*, CULong*, CULong> Sign;
    public readonly delegate* unmanaged[Cdecl]<CULong, CkMechanism*, CkAttribute*, CULong, CULong*, CULong> GenerateKey;
    public readonly delegate* unmanaged[Cdecl]<CULong, CkMechanism*, CkAttribute*, CULong, CkAttribute*, CULong, CULong*, CULong*, CULong>
        GenerateKeyPair;

    public readonly delegate* unmanaged[Cdecl]<CULong, CkMechanism*, CULong, CULong, byte*, CULong*, CULong> WrapKey;
    public readonly delegate* unmanaged[Cdecl]<CULong, CkMechanism*, CULong, byte*, CULong, CkAttribute*, CULong, CULong*, CULong> UnwrapKey;
    public readonly delegate* unmanaged[Cdecl]<CULong, CkMechanism*, CULong, CkAttribute*, CULong, CULong*, CULong> DeriveKey;
    public readonly delegate* unmanaged[Cdecl]<CULong, byte*, CULong, CULong> GenerateRandom;

    /// <param name="list">CK_FUNCTION_LIST as C_GetFunctionList returns it; lives as long as the library is loaded.</param>
    public FunctionList(byte* list)
    {
        var table = (void**)(list + Abi.Current.FunctionTableOffset);
        Initialize = (delegate* unmanaged[Cdecl]<CkInitializeArgs*, CULong>)table[0];
        FinalizeLibrary = (delegate* unmanaged[Cdecl]<void*, CULong>)table[1];
        GetSlotList = (delegate* unmanaged[Cdecl]<byte, CULong*, CULong*, CULong>)table[4];
        GetTokenInfo = (delegate* unmanaged[Cdecl]<CULong, byte*, CULong>)table[6];
        OpenSession = (delegate* unmanaged[Cdecl]<CULong, CULong, void*, void*, CULong*, CULong>)table[12];
        CloseSession = (delegate* unmanaged[Cdecl]<CULong, CULong>)table[13];
        CloseAllSessions = (delegate* unmanaged[Cdecl]<CULong, CULong>)table[14];
        GetSessionInfo = (delegate* unmanaged[Cdecl]<CULong, CkSessionInfo*, CULong>)table[15];
        Login = (delegate* unmanaged[Cdecl]<CULong, CULong, byte*, CULong, CULong>)table[18];
        CreateObject = (delegate* unmanaged[Cdecl]<CULong, CkAttribute*, CULong, CULong*, CULong>)table[20];
        DestroyObject = (delegate* unmanaged[Cdecl]<CULong, CULong, CULong>)table[22];
        GetAttributeValue = (delegate* unmanaged[Cdecl]<CULong, CULong, CkAttribute*, CULong, CULong>)table[24];
        FindObjectsInit = (delegate* unmanaged[Cdecl]<CULong, CkAttribute*, CULong, CULong>)table[26];
        FindObjects = (delegate* unmanaged[Cdecl]<CULong, CULong*, CULong, CULong*, CULong>)table[27];
        FindObjectsFinal = (delegate* unmanaged[Cdecl]<CULong, CULong>)table[28];
        EncryptInit = (delegate* unmanaged[Cdecl]<CULong, CkMechanism*, CULong, CULong>)table[29];
        Encrypt = (delegate* unmanaged[Cdecl]<CULong, byte*, CULong, byte*, CULong*, CULong>)table[30];
        DecryptInit = (delegate* unmanaged[Cdecl]<CULong, CkMechanism*, CULong, CULong>)table[33];
        Decrypt = (delegate* unmanaged[Cdecl]<CULong, byte*, CULong, byte*, CULong*, CULong>)table[34];
        SignInit = (delegate* unmanaged[Cdecl]<CULong, CkMechanism*, CULong, CULong>)table[42];
        Sign = (delegate* unmanaged[Cdecl]<CULong, byte*, CULong, byte*, CULong*, CULong>)table[43];
        GenerateKey = (delegate* unmanaged[Cdecl]<CULong, CkMechanism*, CkAttribute*, CULong, CULong*, CULong>)table[58];
        GenerateKeyPair = (delegate* unmanaged[Cdecl]<CULong, CkMechanism*, CkAttribute*, CULong, CkAttribute*, CULong, CULong*, CULong*, CULong>)
            table[59];
        WrapKey = (delegate* unmanaged[Cdecl]<CULong, CkMechanism*, CULong, CULong, byte*, CULong*, CULong>)table[60];
        UnwrapKey = (delegate* unmanaged[Cdecl]<CULong, CkMechanism*, CULong, byte*, CULong, CkAttribute*, CULong, CULong*, CULong>)table[61];
        DeriveKey = (delegate* unmanaged[Cdecl]<CULong, CkMechanism*, CULong, CkAttribute*, CULong, CULong*, CULong>)table[62];
        GenerateRandom = (delegate* unmanaged[Cdecl]<CULong, byte*, CULong, CULong>)table[64];
    }
}
