namespace PersoMesh.SmartCard.Commands;

/// <summary>What MANAGE SECURITY ENVIRONMENT SET prepares (P1, ISO/IEC 7816-4 §7.5.11).</summary>
public enum SecurityEnvironmentUse : byte
{
    /// <summary>41: computation, decipherment, internal authentication, key agreement.</summary>
    Computation = 0x41,

    /// <summary>81: verification, encipherment, external authentication, key agreement.</summary>
    Verification = 0x81,

    /// <summary>C1: both; mutual authentication.</summary>
    Both = 0xC1,
}

/// <summary>
/// MANAGE SECURITY ENVIRONMENT, PERFORM SECURITY OPERATION and GENERATE ASYMMETRIC KEY PAIR (ISO/IEC 7816-4 §7.5.11, ISO/IEC 7816-8),
/// class 00. The builders make commands and send nothing; data are not copied.
/// </summary>
/// <remarks>Long data take the extended form; a card without it needs the data chained, which is not done here.</remarks>
public static class SecurityOperationCommands
{
    const byte ManageEnvironment = 0x22;
    const byte PerformOperation = 0x2A;

    /// <summary>MSE SET: fills a control reference template of the current security environment.</summary>
    /// <param name="use">What for.</param>
    /// <param name="template">
    /// Tag of the template: A4 authentication, A6 key agreement, AA hash, B4 checksum, B6 signature, B8 confidentiality.
    /// </param>
    /// <param name="references">Control reference data objects in BER-TLV: 80 mechanism, 83 or 84 key …</param>
    public static CommandApdu SetEnvironment(SecurityEnvironmentUse use, byte template, ReadOnlyMemory<byte> references) =>
        new(0x00, ManageEnvironment, (byte)use, template, references);

    /// <summary>MSE STORE: keeps the current security environment under a number.</summary>
    /// <param name="number">Number of the security environment.</param>
    public static CommandApdu StoreEnvironment(byte number) => new(0x00, ManageEnvironment, 0xF2, number);

    /// <summary>MSE RESTORE: puts a stored security environment in force.</summary>
    /// <param name="number">Number of the security environment.</param>
    public static CommandApdu RestoreEnvironment(byte number) => new(0x00, ManageEnvironment, 0xF3, number);

    /// <summary>MSE ERASE: forgets a stored security environment.</summary>
    /// <param name="number">Number of the security environment.</param>
    public static CommandApdu EraseEnvironment(byte number) => new(0x00, ManageEnvironment, 0xF4, number);

    /// <summary>PSO COMPUTE DIGITAL SIGNATURE (2A 9E 9A).</summary>
    /// <param name="input">Hash or DigestInfo, as the mechanism wants it; empty when the card has hashed before.</param>
    /// <param name="length">Length of the signature in bytes at most.</param>
    public static CommandApdu ComputeDigitalSignature(ReadOnlyMemory<byte> input, int length = 256) =>
        new(0x00, PerformOperation, 0x9E, 0x9A, input, length);

    /// <summary>PSO VERIFY DIGITAL SIGNATURE (2A 00 A8).</summary>
    /// <param name="objects">Data objects of the check in BER-TLV: 9A or 90 input, 9E signature.</param>
    public static CommandApdu VerifyDigitalSignature(ReadOnlyMemory<byte> objects) => new(0x00, PerformOperation, 0x00, 0xA8, objects);

    /// <summary>PSO HASH over plain data (2A 90 80).</summary>
    /// <param name="data">What is hashed.</param>
    /// <param name="length">Length of the hash to return in bytes; null to keep it in the card.</param>
    public static CommandApdu Hash(ReadOnlyMemory<byte> data, int? length = null) => new(0x00, PerformOperation, 0x90, 0x80, data, length);

    /// <summary>PSO HASH over data objects (2A 90 A0), as when the outside world has hashed all but the last block.</summary>
    /// <param name="objects">Data objects in BER-TLV: 90 intermediate hash, 80 last block.</param>
    /// <param name="length">Length of the hash to return in bytes; null to keep it in the card.</param>
    public static CommandApdu HashObjects(ReadOnlyMemory<byte> objects, int? length = null) =>
        new(0x00, PerformOperation, 0x90, 0xA0, objects, length);

    /// <summary>PSO COMPUTE CRYPTOGRAPHIC CHECKSUM (2A 8E 80).</summary>
    /// <param name="data">What is protected.</param>
    /// <param name="length">Length of the checksum in bytes at most.</param>
    public static CommandApdu ComputeChecksum(ReadOnlyMemory<byte> data, int length = 256) =>
        new(0x00, PerformOperation, 0x8E, 0x80, data, length);

    /// <summary>PSO VERIFY CRYPTOGRAPHIC CHECKSUM (2A 00 A2).</summary>
    /// <param name="objects">Data objects of the check in BER-TLV: 80 plain value, 8E checksum.</param>
    public static CommandApdu VerifyChecksum(ReadOnlyMemory<byte> objects) => new(0x00, PerformOperation, 0x00, 0xA2, objects);

    /// <summary>PSO ENCIPHER (2A 86 80): the response begins with a padding indicator.</summary>
    /// <param name="plain">Plain value.</param>
    /// <param name="length">Length of the cryptogram in bytes at most.</param>
    public static CommandApdu Encipher(ReadOnlyMemory<byte> plain, int length = 256) =>
        new(0x00, PerformOperation, 0x86, 0x80, plain, length);

    /// <summary>PSO DECIPHER (2A 80 86).</summary>
    /// <param name="cryptogram">Padding indicator (00 when the card knows) and cryptogram.</param>
    /// <param name="length">Length of the plain value in bytes at most.</param>
    public static CommandApdu Decipher(ReadOnlyMemory<byte> cryptogram, int length = 256) =>
        new(0x00, PerformOperation, 0x80, 0x86, cryptogram, length);

    /// <summary>PSO VERIFY CERTIFICATE (2A 00 BE): the certificate tells its own structure.</summary>
    /// <param name="objects">Data objects in BER-TLV: 7F4E body and 5F37 signature.</param>
    public static CommandApdu VerifyCertificate(ReadOnlyMemory<byte> objects) => new(0x00, PerformOperation, 0x00, 0xBE, objects);

    /// <summary>PSO VERIFY CERTIFICATE (2A 00 AE): the structure is known from a header list.</summary>
    /// <param name="objects">Data objects in BER-TLV.</param>
    public static CommandApdu VerifyNonSelfDescriptiveCertificate(ReadOnlyMemory<byte> objects) =>
        new(0x00, PerformOperation, 0x00, 0xAE, objects);

    /// <summary>GENERATE ASYMMETRIC KEY PAIR (46, or 47 with data in BER-TLV): the response is the public key, template 7F49.</summary>
    /// <param name="objects">
    /// Control reference template that names the key, in BER-TLV; empty when the security environment names it.
    /// </param>
    /// <param name="length">Length of the response in bytes at most; null when none is wanted.</param>
    /// <param name="p1">80 generates, 81 reads the public key of a pair that is there; cards that know neither take 00.</param>
    public static CommandApdu GenerateKeyPair(ReadOnlyMemory<byte> objects, int? length = 256, byte p1 = 0x80) =>
        new(0x00, objects.IsEmpty ? (byte)0x46 : (byte)0x47, p1, 0x00, objects, length);
}
