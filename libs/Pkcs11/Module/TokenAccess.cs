using System.Security.Cryptography;
using System.Text;
using PersoMesh.Keys;
using PersoMesh.Pkcs11.Native;

namespace PersoMesh.Pkcs11;

/// <summary>Opens logged-in sessions with the one token that the options name.</summary>
/// <remarks>
/// Thread-safe. In PKCS#11 all sessions of a process with a token share the login (v2.40 §2.6), so it is asked for only when a session
/// says that it is not logged in.
/// </remarks>
sealed class TokenAccess : IDisposable
{
    readonly Pkcs11Options _options;
    readonly Pkcs11Library _library;
    readonly Lock _loginGate = new();
    Pkcs11Exception? _refusal;

    public TokenAccess(Pkcs11Options options)
    {
        _options = options;
        _library = Pkcs11Library.Open(options.LibraryPath);
        try
        {
            var token = FindToken();
            Name = $"{token.Model} token \"{token.Label}\"";
        }
        catch
        {
            _library.Dispose();
            throw;
        }
    }

    /// <summary>What an operator calls the token.</summary>
    public string Name { get; }

    /// <summary>Called after a login, when object handles of an earlier login mean nothing any more.</summary>
    public Action? LoggedIn { get; set; }

    public Pkcs11Session OpenSession(bool readWrite)
    {
        // By label each time: a token that was away may be back in another slot.
        var session = _library.OpenSession(FindToken().SlotId, readWrite);
        try
        {
            LogIn(session);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    public void CloseAllSessions() => _library.CloseAllSessions(FindToken().SlotId);

    public void Dispose() => _library.Dispose();

    void LogIn(Pkcs11Session session)
    {
        lock (_loginGate)
        {
            if (session.IsLoggedIn)
                return;
            // A token locks after a few wrong PINs: one refusal is final for this process.
            if (_refusal is not null)
                throw _refusal.About(Name);
            var pin = ReadPin();
            try
            {
                session.Login(pin);
            }
            catch (Pkcs11Exception e)
            {
                if (Ckr.MeansPinRefused(e.Code))
                    _refusal = e;
                throw e.About(Name);
            }
            finally
            {
                CryptographicOperations.ZeroMemory(pin);
            }

            LoggedIn?.Invoke();
        }
    }

    TokenInfo FindToken()
    {
        if (_options is { TokenLabel: null, SlotId: null })
            throw new SecurityModuleException($"No token: set {nameof(Pkcs11Options.TokenLabel)} or {nameof(Pkcs11Options.SlotId)}.");
        var tokens = _library.GetTokens();
        TokenInfo? found = null;
        foreach (var token in tokens)
        {
            if (_options.TokenLabel is { } label ? token.Label != label : token.SlotId != _options.SlotId)
                continue;
            if (found is not null)
                throw new SecurityModuleException($"Several tokens are labelled '{token.Label}': give the slot instead of the label.");
            found = token;
        }

        if (found is { IsInitialized: true })
            return found;
        var wanted = _options.TokenLabel is { } name ? $"token labelled '{name}'" : $"token in slot {_options.SlotId}";
        if (found is not null)
            throw new SecurityModuleException($"The {wanted} is not initialized: set its label and user PIN first.");
        throw new SecurityModuleException($"{_options.LibraryPath} shows no {wanted} (present: {Describe(tokens)}).")
        {
            IsTransient = true,
        };
    }

    static string Describe(IReadOnlyList<TokenInfo> tokens)
    {
        var text = new StringBuilder();
        foreach (var token in tokens)
        {
            if (token.IsInitialized)
                text.Append(text.Length > 0 ? ", " : "").Append($"'{token.Label}' in slot {token.SlotId}");
        }

        return text.Length > 0 ? text.ToString() : "none";
    }

    byte[] ReadPin()
    {
        if (_options.PinFile is { } file)
            return ReadPinFile(file);
        if (_options.PinEnvironmentVariable is not { } variable)
        {
            throw new SecurityModuleException(
                $"{Name} needs a PIN: set {nameof(Pkcs11Options.PinFile)} or {nameof(Pkcs11Options.PinEnvironmentVariable)}.");
        }

        return Environment.GetEnvironmentVariable(variable) is { Length: > 0 } pin
            ? Encoding.UTF8.GetBytes(pin)
            : throw new SecurityModuleException($"The environment variable {variable} with the PIN of {Name} is not set.");
    }

    byte[] ReadPinFile(string file)
    {
        byte[] content;
        try
        {
            content = File.ReadAllBytes(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SecurityModuleException($"The PIN file '{file}' of {Name} cannot be read.", e);
        }

        var pin = content.AsSpan().TrimEnd("\r\n"u8).ToArray();
        CryptographicOperations.ZeroMemory(content);
        return pin.Length > 0 ? pin : throw new SecurityModuleException($"The PIN file '{file}' of {Name} is empty.");
    }
}
