using System.Runtime.InteropServices;
using PersoMesh.Keys;
using PersoMesh.Pkcs11.Native;

namespace PersoMesh.Pkcs11;

/// <summary>A loaded and initialized Cryptoki library (PKCS#11 v2.40).</summary>
/// <remarks>
/// Thread-safe. A process has one Cryptoki state per library: opening the same path again returns another reference to it, and
/// C_Finalize is called when the last one is disposed.
/// </remarks>
public sealed unsafe class Pkcs11Library : IDisposable
{
    static readonly Lock Gate = new();
    static readonly Dictionary<string, Loaded> Libraries = new(StringComparer.Ordinal);

    readonly Loaded _loaded;
    bool _disposed;

    Pkcs11Library(Loaded loaded) => _loaded = loaded;

    /// <summary>The path it was opened with.</summary>
    public string Path => _loaded.Path;

    internal FunctionList Functions => _loaded.Functions;

    /// <summary>Loads the library and calls C_Initialize with operating-system locking.</summary>
    /// <param name="path">Path of the shared library, or a name that the system's loader finds.</param>
    /// <exception cref="SecurityModuleException">No such library, or it is none of PKCS#11.</exception>
    /// <exception cref="Pkcs11Exception">C_Initialize failed.</exception>
    public static Pkcs11Library Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        lock (Gate)
        {
            if (!Libraries.TryGetValue(path, out var loaded))
                Libraries[path] = loaded = new Loaded(path, Load(path));
            if (loaded.References++ == 0)
                Initialize(loaded);
            return new Pkcs11Library(loaded);
        }
    }

    /// <summary>The tokens present that can be read, also those not initialized.</summary>
    /// <exception cref="Pkcs11Exception">The library refused.</exception>
    public IReadOnlyList<TokenInfo> GetTokens()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        CULong count;
        Check(Functions.GetSlotList(1, null, &count), "C_GetSlotList");
        // Room for tokens that arrive between the two calls.
        var slots = new CULong[(int)count.Value + 8];
        count = new CULong((nuint)slots.Length);
        fixed (CULong* first = slots)
            Check(Functions.GetSlotList(1, first, &count), "C_GetSlotList");
        var tokens = new List<TokenInfo>((int)count.Value);
        var info = stackalloc byte[TokenInfo.BufferLength];
        for (var i = 0; i < (int)count.Value; i++)
        {
            // A slot whose token cannot be read (just removed, another vendor's format) does not hide the others.
            if (Functions.GetTokenInfo(slots[i], info).Value != Ckr.Ok)
                continue;
            tokens.Add(TokenInfo.Parse(slots[i].Value, new ReadOnlySpan<byte>(info, TokenInfo.BufferLength), Abi.Current));
        }

        return tokens;
    }

    /// <summary>Lets go of the library; C_Finalize follows when nobody holds it any more.</summary>
    public void Dispose()
    {
        lock (Gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            // The code stays mapped: a library that started threads or registered exit handlers does not survive being unloaded.
            if (--_loaded.References == 0 && _loaded.IsOurs)
                Functions.FinalizeLibrary(null);
        }
    }

    internal Pkcs11Session OpenSession(ulong slotId, bool readWrite)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var flags = new CULong(Ckf.SerialSession | (readWrite ? Ckf.RwSession : 0));
        CULong handle;
        Check(Functions.OpenSession(new CULong((nuint)slotId), flags, null, null, &handle), "C_OpenSession");
        return new Pkcs11Session(Functions, handle);
    }

    internal void CloseAllSessions(ulong slotId) => Check(Functions.CloseAllSessions(new CULong((nuint)slotId)), "C_CloseAllSessions");

    static FunctionList Load(string path)
    {
        try
        {
            var module = NativeLibrary.Load(path);
            var entry = (delegate* unmanaged[Cdecl]<byte**, CULong>)NativeLibrary.GetExport(module, "C_GetFunctionList");
            byte* list;
            Check(entry(&list), "C_GetFunctionList");
            return new FunctionList(list);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw new SecurityModuleException($"The PKCS#11 library '{path}' cannot be loaded: install it, or correct the path.", e);
        }
        catch (EntryPointNotFoundException e)
        {
            throw new SecurityModuleException($"'{path}' has no C_GetFunctionList: it is not a PKCS#11 library.", e);
        }
    }

    static void Initialize(Loaded loaded)
    {
        var arguments = new CkInitializeArgs { Flags = new CULong(Ckf.OsLockingOk) };
        var value = loaded.Functions.Initialize(&arguments).Value;
        // Another component of the process may have initialized it; then it is theirs to finalize.
        loaded.IsOurs = value == Ckr.Ok;
        if (value is Ckr.Ok or Ckr.CryptokiAlreadyInitialized)
            return;
        loaded.References = 0;
        throw new Pkcs11Exception("C_Initialize", value, loaded.Path);
    }

    static void Check(CULong value, string function)
    {
        if (value.Value != Ckr.Ok)
            throw new Pkcs11Exception(function, value.Value);
    }

    sealed class Loaded(string path, FunctionList functions)
    {
        public string Path { get; } = path;

        public FunctionList Functions { get; } = functions;

        public int References { get; set; }

        public bool IsOurs { get; set; }
    }
}
