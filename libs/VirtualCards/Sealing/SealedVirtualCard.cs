using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using PersoMesh.Keys;
using PersoMesh.SmartCard.Tlv;

namespace PersoMesh.VirtualCards.Sealing;

/// <summary>
/// An image at rest: its identifier in clear, everything else encrypted and authenticated (AES-256-GCM). It opens with its password, or
/// with the key of the security module that it was sealed under, and with nothing else.
/// </summary>
/// <remarks>
/// Layout, integers big-endian: <c>PMVC</c> ‖ version (1 byte, 01) ‖ PBKDF2 iterations (4) ‖ salt (16) ‖ identifier (16) ‖ length of the
/// key label (1) ‖ key label (UTF-8) ‖ content key under the password (60) ‖ content key under the security module's key (60) ‖ for each of
/// public, private, keys, passwords: length (4) ‖ box. All up to the label is associated data of every box.
/// </remarks>
public sealed class SealedVirtualCard
{
    /// <summary>Iterations of PBKDF2 when nothing else is said: OWASP's advice for HMAC-SHA-256 (2023).</summary>
    public const int DefaultIterations = 600_000;

    /// <summary>The fewest iterations that an image may be sealed with.</summary>
    public const int MinIterations = 100_000;

    /// <summary>The most iterations: a forged image must not keep a processor busy for long.</summary>
    public const int MaxIterations = 10_000_000;

    internal const int SaltLength = 16;
    internal const int WrapLength = Box.Overhead + ImageKeys.KeyLength;
    const byte FormatVersion = 1;
    const int FixedHeaderLength = 4 + 1 + 4 + SaltLength + VirtualCard.IdentifierLength + 1;

    static readonly ImageAreas[] Areas = [ImageAreas.Public, ImageAreas.Private, ImageAreas.Keys, ImageAreas.Passwords];

    readonly byte[] _encoded;
    readonly int _headerLength;
    readonly Range[] _boxes;

    SealedVirtualCard(byte[] encoded, int headerLength, Range[] boxes) =>
        (_encoded, _headerLength, _boxes) = (encoded, headerLength, boxes);

    /// <summary>The unique identifier of the image: 32 hexadecimal digits.</summary>
    public string Identifier => Convert.ToHexString(IdentifierBytes);

    /// <summary>Label of the security module's key.</summary>
    public string KeyLabel => Encoding.UTF8.GetString(Header[FixedHeaderLength..]);

    /// <summary>Iterations of PBKDF2.</summary>
    public int Iterations => BinaryPrimitives.ReadInt32BigEndian(_encoded.AsSpan(5));

    internal ReadOnlySpan<byte> Salt => _encoded.AsSpan(9, SaltLength);

    ReadOnlySpan<byte> Header => _encoded.AsSpan(0, _headerLength);

    ReadOnlySpan<byte> IdentifierBytes => _encoded.AsSpan(9 + SaltLength, VirtualCard.IdentifierLength);

    ReadOnlySpan<byte> PasswordWrap => _encoded.AsSpan(_headerLength, WrapLength);

    ReadOnlySpan<byte> SecurityWrap => _encoded.AsSpan(_headerLength + WrapLength, WrapLength);

    /// <summary>Seals an image under its password and under a key of the security module.</summary>
    /// <param name="image">The image, with all areas open; stays the caller's.</param>
    /// <param name="password">The password of the image (<see cref="ImagePassword"/>); stays the caller's.</param>
    /// <param name="key">An AES key of the security module.</param>
    /// <param name="keyLabel">Its label, at most 255 bytes in UTF-8; written in clear.</param>
    /// <param name="iterations">Iterations of PBKDF2.</param>
    /// <exception cref="ArgumentException">The image is open in part only, the label too long, or the iterations out of bounds.</exception>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public static SealedVirtualCard Seal(
        VirtualCard image, ReadOnlySpan<byte> password, ISecretKey key, string keyLabel, int iterations = DefaultIterations)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(key);
        if (!image.IsOpen(ImageAreas.All))
            throw new ArgumentException("An image is sealed as a whole: open all of its areas.", nameof(image));
        ArgumentOutOfRangeException.ThrowIfLessThan(iterations, MinIterations);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(iterations, MaxIterations);
        var header = MakeHeader(Convert.FromHexString(image.Identifier), keyLabel, iterations);
        var contentKey = RandomNumberGenerator.GetBytes(ImageKeys.KeyLength);
        var wrappingKey = new byte[ImageKeys.KeyLength];
        try
        {
            using var output = new MemoryStream();
            output.Write(header);
            ImagePassword.DeriveKey(password, header.AsSpan(9, SaltLength), iterations, wrappingKey);
            output.Write(Box.Seal(wrappingKey, contentKey, AssociatedData(header, "password")));
            DeriveSecurityKey(key, header, wrappingKey);
            output.Write(Box.Seal(wrappingKey, contentKey, AssociatedData(header, "security")));
            Span<byte> length = stackalloc byte[4];
            foreach (var area in Areas)
            {
                var box = SealArea(image, area, contentKey, header);
                BinaryPrimitives.WriteInt32BigEndian(length, box.Length);
                output.Write(length);
                output.Write(box);
            }

            return Read(output.ToArray());
        }
        finally
        {
            CryptographicOperations.ZeroMemory(contentKey);
            CryptographicOperations.ZeroMemory(wrappingKey);
        }
    }

    /// <summary>Reads what <see cref="ToArray"/> returned. Nothing is opened yet.</summary>
    /// <param name="encoded">The sealed image; copied.</param>
    /// <exception cref="SealedImageException">Not a sealed image of this version.</exception>
    public static SealedVirtualCard Read(ReadOnlySpan<byte> encoded)
    {
        if (encoded.Length < FixedHeaderLength || !encoded.StartsWith("PMVC"u8) || encoded[4] != FormatVersion)
            throw new SealedImageException("It is no sealed image of version 1.");
        if (BinaryPrimitives.ReadInt32BigEndian(encoded[5..]) is < MinIterations or > MaxIterations)
            throw new SealedImageException("Its number of iterations is out of bounds.");
        var headerLength = FixedHeaderLength + encoded[FixedHeaderLength - 1];
        var at = headerLength + (2 * WrapLength);
        var boxes = new Range[Areas.Length];
        for (var i = 0; i < Areas.Length; i++)
        {
            var length = encoded.Length - at >= 4 ? BinaryPrimitives.ReadInt32BigEndian(encoded[at..]) : -1;
            if (length < Box.Overhead || length > encoded.Length - at - 4)
                throw new SealedImageException("It was cut off, or its lengths were changed.");
            boxes[i] = (at + 4)..(at + 4 + length);
            at += 4 + length;
        }

        return at == encoded.Length
            ? new(encoded.ToArray(), headerLength, boxes)
            : throw new SealedImageException("Bytes follow its end.");
    }

    /// <summary>The sealed image as it is stored; a copy.</summary>
    public byte[] ToArray() => [.. _encoded];

    /// <summary>Opens the image for the Security service.</summary>
    /// <param name="key">The key with label <see cref="KeyLabel"/>.</param>
    /// <param name="areas">What to open. The structure is in the public area, so that one is always opened.</param>
    /// <returns>The image; the caller disposes it.</returns>
    /// <exception cref="SealedImageException">Another key, or changed bytes.</exception>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public VirtualCard Open(ISecretKey key, ImageAreas areas = ImageAreas.All)
    {
        ArgumentNullException.ThrowIfNull(key);
        var wrappingKey = new byte[ImageKeys.KeyLength];
        var contentKey = new byte[ImageKeys.KeyLength];
        try
        {
            DeriveSecurityKey(key, Header, wrappingKey);
            return Box.TryOpen(wrappingKey, SecurityWrap, AssociatedData(Header, "security"), contentKey)
                ? OpenAreas(contentKey, areas)
                : throw new SealedImageException("It was sealed under another key, or it was changed.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(contentKey);
            CryptographicOperations.ZeroMemory(wrappingKey);
        }
    }

    /// <summary>Opens the image with the key that its password gives; null when it is another. Holders go through the opener.</summary>
    internal VirtualCard? TryOpen(ReadOnlySpan<byte> passwordKey, ImageAreas areas)
    {
        var contentKey = new byte[ImageKeys.KeyLength];
        try
        {
            return Box.TryOpen(passwordKey, PasswordWrap, AssociatedData(Header, "password"), contentKey)
                ? OpenAreas(contentKey, areas)
                : null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(contentKey);
        }
    }

    VirtualCard OpenAreas(ReadOnlySpan<byte> contentKey, ImageAreas areas)
    {
        areas |= ImageAreas.Public;
        var opened = new Dictionary<ImageAreas, byte[]>();
        try
        {
            for (var i = 0; i < Areas.Length; i++)
            {
                if (areas.HasFlag(Areas[i]))
                    opened[Areas[i]] = OpenArea(Areas[i], _encoded.AsSpan(_boxes[i]), contentKey, Header);
            }

            var nodes = opened.ToDictionary(area => area.Key, area => TlvNode.Parse(area.Value));
            var (layout, profile) = ImageCoding.ReadStructure(nodes[ImageAreas.Public]);
            var passwords = nodes.TryGetValue(ImageAreas.Passwords, out var area) ? ImageCoding.ReadPasswords(layout, area) : [];
            var image = new VirtualCard(layout, profile, IdentifierBytes.ToArray(), passwords, areas);
            foreach (var (_, contents) in nodes)
                ImageCoding.ReadContents(contents, image);
            return image;
        }
        finally
        {
            foreach (var plaintext in opened.Values)
                CryptographicOperations.ZeroMemory(plaintext);
        }
    }

    static byte[] SealArea(VirtualCard image, ImageAreas area, ReadOnlySpan<byte> contentKey, ReadOnlySpan<byte> header)
    {
        using var writer = new TlvWriter(1024);
        if (area == ImageAreas.Public)
            ImageCoding.WriteStructure(image, writer);
        if (area == ImageAreas.Passwords)
            ImageCoding.WritePasswords(image, writer);
        ImageCoding.WriteContents(image, area, writer);
        Span<byte> key = stackalloc byte[ImageKeys.KeyLength];
        ImageKeys.ForArea(contentKey, AreaLabel(area), key);
        var box = Box.Seal(key, writer.WrittenSpan, AssociatedData(header, area.ToString()));
        CryptographicOperations.ZeroMemory(key);
        return box;
    }

    static byte[] OpenArea(ImageAreas area, ReadOnlySpan<byte> box, ReadOnlySpan<byte> contentKey, ReadOnlySpan<byte> header)
    {
        Span<byte> key = stackalloc byte[ImageKeys.KeyLength];
        ImageKeys.ForArea(contentKey, AreaLabel(area), key);
        var plaintext = new byte[box.Length - Box.Overhead];
        var isOpen = Box.TryOpen(key, box, AssociatedData(header, area.ToString()), plaintext);
        CryptographicOperations.ZeroMemory(key);
        return isOpen ? plaintext : throw new SealedImageException($"Its area {area} was changed.");
    }

    static byte[] MakeHeader(byte[] identifier, string keyLabel, int iterations)
    {
        var label = Encoding.UTF8.GetBytes(keyLabel);
        if (label.Length > byte.MaxValue)
            throw new ArgumentException("A key label has at most 255 bytes.", nameof(keyLabel));
        var header = new byte[FixedHeaderLength + label.Length];
        "PMVC"u8.CopyTo(header);
        header[4] = FormatVersion;
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(5), iterations);
        RandomNumberGenerator.Fill(header.AsSpan(9, SaltLength));
        identifier.CopyTo(header.AsSpan(9 + SaltLength));
        header[FixedHeaderLength - 1] = (byte)label.Length;
        label.CopyTo(header.AsSpan(FixedHeaderLength));
        return header;
    }

    static void DeriveSecurityKey(ISecretKey key, ReadOnlySpan<byte> header, Span<byte> derived) =>
        ImageKeys.FromSecurityModule(key, "persomesh virtual card"u8, header.Slice(9, SaltLength + VirtualCard.IdentifierLength), derived);

    static byte[] AreaLabel(ImageAreas area) => Encoding.ASCII.GetBytes($"persomesh virtual card area {area}");

    static byte[] AssociatedData(ReadOnlySpan<byte> header, string purpose) => [.. header, .. Encoding.ASCII.GetBytes(purpose)];
}

/// <summary>A sealed image cannot be read or opened. Says why, and nothing of its content.</summary>
/// <param name="reason">A sentence.</param>
public sealed class SealedImageException(string reason) : Exception("The virtual card does not open: " + reason);
