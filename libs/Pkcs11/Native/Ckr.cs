namespace PersoMesh.Pkcs11.Native;

/// <summary>Return values (CKR_, PKCS#11 v2.40 §5.1): their names, and what they mean for a caller.</summary>
static class Ckr
{
    public const nuint Ok = 0;
    public const nuint SlotIdInvalid = 0x03;
    public const nuint KeyHandleInvalid = 0x60;
    public const nuint ObjectHandleInvalid = 0x82;
    public const nuint OperationActive = 0x90;
    public const nuint PinIncorrect = 0xA0;
    public const nuint PinInvalid = 0xA1;
    public const nuint PinLengthRange = 0xA2;
    public const nuint PinExpired = 0xA3;
    public const nuint PinLocked = 0xA4;
    public const nuint SessionClosed = 0xB0;
    public const nuint SessionHandleInvalid = 0xB3;
    public const nuint UserAlreadyLoggedIn = 0x100;
    public const nuint UserNotLoggedIn = 0x101;
    public const nuint CryptokiNotInitialized = 0x190;
    public const nuint CryptokiAlreadyInitialized = 0x191;

    const nuint DeviceError = 0x30;
    const nuint DeviceMemory = 0x31;
    const nuint DeviceRemoved = 0x32;
    const nuint FunctionCanceled = 0x50;
    const nuint HostMemory = 0x02;
    const nuint SessionCount = 0xB1;
    const nuint TokenNotPresent = 0xE0;

    /// <summary>The session, the login or the device behind it is gone: close it, open another.</summary>
    public static bool MeansSessionLost(nuint value) => value is SessionClosed or SessionHandleInvalid or UserNotLoggedIn or DeviceError
        or DeviceRemoved or TokenNotPresent or CryptokiNotInitialized or OperationActive;

    /// <summary>The token no longer knows the object: it was deleted, or the session that made it is gone.</summary>
    public static bool MeansObjectLost(nuint value) => value is KeyHandleInvalid or ObjectHandleInvalid;

    /// <summary>The same unit of work may succeed later, in another session.</summary>
    public static bool IsTransient(nuint value) => MeansSessionLost(value) || MeansObjectLost(value)
        || value is SessionCount or DeviceMemory or HostMemory or FunctionCanceled or SlotIdInvalid;

    /// <summary>The PIN was refused; asking again with it would count against the token's limit.</summary>
    public static bool MeansPinRefused(nuint value) => value is PinIncorrect or PinInvalid or PinLengthRange or PinExpired or PinLocked;

    /// <summary>What to do about it, where that is not plain from the name; empty otherwise.</summary>
    public static string Advice(nuint value) => value switch
    {
        PinIncorrect => "correct the PIN; no further attempt is made, because the token counts them.",
        PinLocked => "the security officer must set a new PIN.",
        0x62 => "the key has a length that the mechanism does not take.",
        0x63 => "the key is of another type than the mechanism works with.",
        0x68 => "the key's CKA_ENCRYPT, CKA_DECRYPT, CKA_SIGN or CKA_DERIVE does not permit this use.",
        0x70 => "the token does not offer this mechanism, or its policy forbids it.",
        0xB5 => "a read-only session cannot change the token.",
        _ => "",
    };

    public static string Name(nuint value) => value switch
    {
        0x00 => "CKR_OK",
        0x01 => "CKR_CANCEL",
        0x02 => "CKR_HOST_MEMORY",
        0x03 => "CKR_SLOT_ID_INVALID",
        0x05 => "CKR_GENERAL_ERROR",
        0x06 => "CKR_FUNCTION_FAILED",
        0x07 => "CKR_ARGUMENTS_BAD",
        0x09 => "CKR_NEED_TO_CREATE_THREADS",
        0x0A => "CKR_CANT_LOCK",
        0x10 => "CKR_ATTRIBUTE_READ_ONLY",
        0x11 => "CKR_ATTRIBUTE_SENSITIVE",
        0x12 => "CKR_ATTRIBUTE_TYPE_INVALID",
        0x13 => "CKR_ATTRIBUTE_VALUE_INVALID",
        0x1B => "CKR_ACTION_PROHIBITED",
        0x20 => "CKR_DATA_INVALID",
        0x21 => "CKR_DATA_LEN_RANGE",
        0x30 => "CKR_DEVICE_ERROR",
        0x31 => "CKR_DEVICE_MEMORY",
        0x32 => "CKR_DEVICE_REMOVED",
        0x40 => "CKR_ENCRYPTED_DATA_INVALID",
        0x41 => "CKR_ENCRYPTED_DATA_LEN_RANGE",
        0x50 => "CKR_FUNCTION_CANCELED",
        0x54 => "CKR_FUNCTION_NOT_SUPPORTED",
        0x60 => "CKR_KEY_HANDLE_INVALID",
        0x62 => "CKR_KEY_SIZE_RANGE",
        0x63 => "CKR_KEY_TYPE_INCONSISTENT",
        0x68 => "CKR_KEY_FUNCTION_NOT_PERMITTED",
        0x6A => "CKR_KEY_UNEXTRACTABLE",
        0x70 => "CKR_MECHANISM_INVALID",
        0x71 => "CKR_MECHANISM_PARAM_INVALID",
        0x82 => "CKR_OBJECT_HANDLE_INVALID",
        0x90 => "CKR_OPERATION_ACTIVE",
        0x91 => "CKR_OPERATION_NOT_INITIALIZED",
        0xA0 => "CKR_PIN_INCORRECT",
        0xA1 => "CKR_PIN_INVALID",
        0xA2 => "CKR_PIN_LEN_RANGE",
        0xA3 => "CKR_PIN_EXPIRED",
        0xA4 => "CKR_PIN_LOCKED",
        0xB0 => "CKR_SESSION_CLOSED",
        0xB1 => "CKR_SESSION_COUNT",
        0xB3 => "CKR_SESSION_HANDLE_INVALID",
        0xB4 => "CKR_SESSION_PARALLEL_NOT_SUPPORTED",
        0xB5 => "CKR_SESSION_READ_ONLY",
        0xB6 => "CKR_SESSION_EXISTS",
        0xB7 => "CKR_SESSION_READ_ONLY_EXISTS",
        0xB8 => "CKR_SESSION_READ_WRITE_SO_EXISTS",
        0xC0 => "CKR_SIGNATURE_INVALID",
        0xC1 => "CKR_SIGNATURE_LEN_RANGE",
        0xD0 => "CKR_TEMPLATE_INCOMPLETE",
        0xD1 => "CKR_TEMPLATE_INCONSISTENT",
        0xE0 => "CKR_TOKEN_NOT_PRESENT",
        0xE1 => "CKR_TOKEN_NOT_RECOGNIZED",
        0xE2 => "CKR_TOKEN_WRITE_PROTECTED",
        0x100 => "CKR_USER_ALREADY_LOGGED_IN",
        0x101 => "CKR_USER_NOT_LOGGED_IN",
        0x102 => "CKR_USER_PIN_NOT_INITIALIZED",
        0x103 => "CKR_USER_TYPE_INVALID",
        0x104 => "CKR_USER_ANOTHER_ALREADY_LOGGED_IN",
        0x105 => "CKR_USER_TOO_MANY_TYPES",
        0x121 => "CKR_RANDOM_NO_RNG",
        0x150 => "CKR_BUFFER_TOO_SMALL",
        0x190 => "CKR_CRYPTOKI_NOT_INITIALIZED",
        0x191 => "CKR_CRYPTOKI_ALREADY_INITIALIZED",
        0x200 => "CKR_FUNCTION_REJECTED",
        >= 0x80000000 => "CKR_VENDOR_DEFINED",
        _ => "unknown CKR",
    };
}
