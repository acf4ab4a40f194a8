using System.Runtime.InteropServices;

namespace PersoMesh.Pkcs11.Native;

// Pointers and CK_ULONGs only: on 64-bit Linux both have 8 bytes, so Pack = 1 equals natural alignment there; on Windows
// Pack = 1 is what the headers say and CULong has 4 bytes. Hence one declaration serves both.

/// <summary>CK_ATTRIBUTE (PKCS#11 v2.40 §3.4).</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
unsafe struct CkAttribute
{
    public CULong Type;
    public void* Value;
    public CULong Length;
}

/// <summary>CK_MECHANISM (PKCS#11 v2.40 §3.5).</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
unsafe struct CkMechanism
{
    public CULong Type;
    public void* Parameter;
    public CULong ParameterLength;
}

/// <summary>CK_KEY_DERIVATION_STRING_DATA, the parameter of CKM_*_ECB_ENCRYPT_DATA.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
unsafe struct CkKeyDerivationStringData
{
    public byte* Data;
    public CULong Length;
}

/// <summary>CK_DES_CBC_ENCRYPT_DATA_PARAMS, the parameter of CKM_DES3_CBC_ENCRYPT_DATA.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
unsafe struct CkDesCbcEncryptData
{
    public fixed byte Iv[8];
    public byte* Data;
    public CULong Length;
}

/// <summary>CK_AES_CBC_ENCRYPT_DATA_PARAMS, the parameter of CKM_AES_CBC_ENCRYPT_DATA.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
unsafe struct CkAesCbcEncryptData
{
    public fixed byte Iv[16];
    public byte* Data;
    public CULong Length;
}

/// <summary>CK_C_INITIALIZE_ARGS (PKCS#11 v2.40 §3.7); the mutex callbacks stay null: the library uses the system's.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
unsafe struct CkInitializeArgs
{
    public void* CreateMutex;
    public void* DestroyMutex;
    public void* LockMutex;
    public void* UnlockMutex;
    public CULong Flags;
    public void* Reserved;
}

/// <summary>CK_SESSION_INFO (PKCS#11 v2.40 §3.3).</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
struct CkSessionInfo
{
    public CULong SlotId;
    public CULong State;
    public CULong Flags;
    public CULong DeviceError;
}
